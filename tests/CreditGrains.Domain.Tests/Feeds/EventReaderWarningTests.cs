using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Feeds;

/// <summary>Lines that are good but worth a second look, and what a new rule leaves alone.</summary>
public sealed class EventReaderWarningTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly SourceId Source = new("SCJG");
    private static readonly EventReader Reader = new(SampleRulebook.Instance, SampleRulebook.NoExceptions);

    [Theory]
    [InlineData("99", null)]
    [InlineData("Y9", null)]
    [InlineData("29", null)]
    [InlineData("94", "/subject")]
    [InlineData("Y2", "/subject")]
    [InlineData("17", "/subject")]
    public void Type_of_a_known_authority_is_accepted_with_a_warning_where_the_table_does_not_list_it(string begin, string? pointer)
    {
        var line = EventReaderTests.Penalty("").Replace("91110105MA00003490", Code(begin), StringComparison.Ordinal);
        var result = Reader.Read(Encoding.UTF8.GetBytes(line), Source, Today);
        Assert.Null(result.Rejection);
        Assert.NotNull(result.Event);
        Assert.Equal(pointer, result.Warnings?.Single().Pointer);
        Assert.Equal(pointer is null ? null : "uscc-type-unknown", result.Warnings?.Single().Code);
    }

    [Fact]
    public void Warning_of_one_line_does_not_come_with_the_next()
    {
        var line = EventReaderTests.Penalty($"\"authority\":\"{Code("28")}\"");
        Assert.Equal("/data/authority", Reader.Read(Encoding.UTF8.GetBytes(line), Source, Today).Warnings?.Single().Pointer);
        Assert.Null(Reader.Read(Encoding.UTF8.GetBytes(EventReaderTests.Penalty("")), Source, Today).Warnings);
    }

    [Fact]
    public void Text_that_was_accepted_before_these_rules_stays_as_it_is()
    {
        var payload = "{\"name\":\"虚\u202E构\",\"status\":\"active\",\"establishedOn\":\"1669-01-01\"}"u8;
        Assert.Null(Reader.JudgeStored("registration", payload));
        Assert.Equal("虚\u202E构", Reader.FactsOf("registration", payload).Description?.Name);
    }

    [Fact]
    public void Catalogue_may_name_another_floor_of_a_date()
    {
        var rulebook = SampleRulebook.Create();
        var kinds = rulebook.Catalogue.Kinds.ToDictionary(kind => kind.Key, kind => kind.Value);
        var penalty = kinds["penalty"];
        kinds["penalty"] = penalty with
        {
            Fields = [.. penalty.Fields.Select(field => field.Name == "decidedOn" ? field with { NotBefore = "1912-01-01" } : field)],
        };
        var reader = new EventReader(rulebook with { Catalogue = new Catalogue(kinds) }, SampleRulebook.NoExceptions);
        Assert.Null(reader.Read(Line("1912-01-01"), Source, Today).Rejection);
        Assert.Equal(ErrorCatalogue.DateTooEarly, reader.Read(Line("1911-12-31"), Source, Today).Rejection?.Error);

        static byte[] Line(string decidedOn) =>
            Encoding.UTF8.GetBytes(EventReaderTests.Penalty($"\"decidedOn\":\"{decidedOn}\",\"servedOn\":\"2026-03-05\""));
    }

    [Theory]
    [InlineData("\"\\u0031\\u0033800138000\"")]
    [InlineData("[\"A1\",\"\\u0031\\u0033800138000\"]")]
    [InlineData("{\"id\":7,\"a\":{\"13800\\u0031\\u00338000\":1}}")]
    [InlineData("{\"id\":\"13800\\u200b138000\"}")]
    [InlineData("{\"id\":")]
    public void Line_that_hides_a_number_by_escapes_is_known_to_hold_it(string line) =>
        Assert.True(Reader.HoldsPersonalData(Encoding.UTF8.GetBytes(line), Today));

    private static string Code(string begin)
    {
        const string Body = "00000012";
        var code = $"{begin}990103{Body}{Uscc.OrganisationCheckDigit(Body)}";
        return code + Uscc.CheckDigit(code);
    }
}
