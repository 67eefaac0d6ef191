using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Feeds;

public class EventReaderTests
{
    private const string Subject = "91110105MA00003490";
    private const string Authority = "Y1120110MB01234570";

    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly SourceId Source = new("SCJG");
    private static readonly EventReader Reader = new(SampleRulebook.Instance, SampleRulebook.NoExceptions);

    [Fact]
    public void Good_penalty_becomes_an_event()
    {
        var result = Reader.Read(Encoding.UTF8.GetBytes(SampleRulebook.PenaltyLine), Source, Today);

        Assert.Null(result.Rejection);
        var read = result.Event!;
        Assert.Equal(new SubjectId(Subject), read.Subject);
        Assert.Equal(new RecordId(Source, "津丽市监罚〔2026〕12号"), read.Record);
        Assert.Equal((1, EventOp.Put, "penalty"), (read.Revision, read.Op, read.Kind));
        Assert.Equal(
            """{"documentNumber":"津丽市监罚〔2026〕12号","penaltyTypes":["fine"],"fine":"2.5","decidedOn":"2026-03-04","""
            + "\"authority\":\"Y1120110MB01234570\"}",
            PayloadOf(read));
        Assert.True(read.NaturalKey > 0);
        Assert.Equal(new DateOnly(2026, 3, 4), read.Facts.Date);
        Assert.Equal(2_500_000, read.Facts.AmountMicro);
        Assert.Equal(Severity.General, read.Facts.Severity);
        Assert.False(read.Facts.IsDecision);
        Assert.Equal(("津丽市监罚〔2026〕12号", 1), (result.Id, result.Revision));
    }

    [Fact]
    public void Order_of_keys_and_spelling_of_values_do_not_change_the_content()
    {
        var one = Accept(Penalty("""
            "penaltyTypes":["confiscation","fine","警告"],"fine":1.50,"facts":"a/b","authority":"Y1120110MB01234570"
            """));
        var other = Accept($$"""
            {"data":{"authority":" y1120110-MB01234570 ","facts":"a\/\u0062","fine":"001.5",
             "penaltyTypes":["warning","罚款","fine","confiscation"],
             "basis":null,"partyType":null,"decidedOn":"2026-03-04","documentNumber":"\u4e001"},
             "kind":"penalty","subject":"９１110105ma00003490","revision":1.0,"id":"A-1"}
            """);

        Assert.Equal(PayloadOf(one), PayloadOf(other));
        Assert.Equal(one.Digest, other.Digest);
        Assert.Equal(one.NaturalKey, other.NaturalKey);
        Assert.Contains("""["warning","fine","confiscation"],"facts":"a/b","fine":"1.5",""", PayloadOf(one), StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_tells_content_subject_and_op_apart_but_not_revision_and_source()
    {
        var line = Penalty("""
            "fine":"1"
            """);
        var one = Accept(line);
        Assert.Equal(one.Digest, Accept(line.Replace("\"revision\":1", "\"revision\":2", StringComparison.Ordinal)).Digest);
        Assert.Equal(one.Digest, Reader.Read(Encoding.UTF8.GetBytes(line), new SourceId("X"), Today).Event!.Digest);
        Assert.NotEqual(one.Digest, Accept(Penalty("""
            "fine":"2"
            """)).Digest);
        Assert.NotEqual(one.Digest, Accept(line.Replace(Subject, "91110105MA00000908", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(one.Digest, Accept(line.Replace("\"id\"", "\"op\":\"withdraw\",\"id\"", StringComparison.Ordinal)).Digest);
    }

    [Fact]
    public void Digest_does_not_depend_on_the_order_of_the_catalogues_fields()
    {
        var sample = SampleRulebook.Instance;
        var turned = new EventReader(
            sample with
            {
                Catalogue = new Catalogue(sample.Catalogue.Kinds.ToDictionary(
                    pair => pair.Key, pair => pair.Value with { Fields = [.. pair.Value.Fields.Reverse()] })),
            },
            SampleRulebook.NoExceptions);
        var line = Penalty("\"fine\":\"1\"");
        var (one, other) = (Accept(line), turned.Read(Encoding.UTF8.GetBytes(line), Source, Today).Event!);
        Assert.NotEqual(PayloadOf(one), PayloadOf(other));
        Assert.Equal((one.Digest, one.NaturalKey), (other.Digest, other.NaturalKey));
    }

    [Fact]
    public void Natural_key_depends_on_subject_and_identity_only()
    {
        var one = Accept(Penalty("""
            "fine":"1","facts":"x"
            """));
        Assert.Equal(one.NaturalKey, Accept(Penalty("""
            "fine":"2"
            """)).NaturalKey);
        Assert.NotEqual(one.NaturalKey, Accept(Penalty("""
            "documentNumber":"other"
            """)).NaturalKey);
        Assert.Equal(0, Accept(Line("inspection", """
            "inspectedOn":"2026-01-01","passed":true
            """)).NaturalKey);
    }

    [Fact]
    public void Withdrawal_needs_no_data_and_keeps_none()
    {
        var bare = Accept($$"""{"id":"A-1","revision":2,"op":"withdraw","subject":"{{Subject}}","kind":"penalty"}""");
        Assert.True(bare.Payload.IsEmpty);
        Assert.Equal((EventOp.Withdraw, 0L), (bare.Op, bare.NaturalKey));
        var filled = Accept($$$"""{"id":"A-1","revision":2,"op":"withdraw","subject":"{{{Subject}}}","kind":"penalty","data":{"x":[1]}}""");
        Assert.Equal(bare.Digest, filled.Digest);
    }

    [Theory]
    [InlineData("\"penaltyTypes\":[\"warning\"]", Severity.Minor)]
    [InlineData("\"penaltyTypes\":[\"warning\",\"criticism\"]", Severity.Minor)]
    [InlineData("\"penaltyTypes\":[\"warning\",\"fine\"]", Severity.General)]
    [InlineData("\"penaltyTypes\":[\"fine\",\"confiscation\"],\"fine\":\"100\"", Severity.Serious)]
    [InlineData("\"penaltyTypes\":[\"fine\",\"confiscation\"],\"fine\":\"99.999999\"", Severity.General)]
    [InlineData("\"penaltyTypes\":[\"confiscation\"]", Severity.General)]
    [InlineData("\"penaltyTypes\":[\"warning\"],\"severity\":\"serious\"", Severity.Serious)]
    public void Severity_comes_from_the_authority_or_else_from_the_rules(string fields, Severity expected) =>
        Assert.Equal(expected, Accept(Penalty(fields)).Facts.Severity);

    [Fact]
    public void Penalty_is_a_decision_once_its_basis_is_filled()
    {
        Assert.True(Accept(Penalty("\"basis\":\"《行政处罚法》第九条\"")).Facts.IsDecision);
        Assert.False(Accept(Penalty("\"basis\":\" 　\"")).Facts.IsDecision);
    }

    [Fact]
    public void Facets_of_other_kinds_are_read()
    {
        var inspection = Accept(Line("inspection", "\"inspectedOn\":\"2026-01-01\",\"passed\":false,\"defects\":3")).Facts;
        Assert.Equal([KeyValuePair.Create("defects", 3)], inspection.Counts);

        var registration = Accept(Line("registration",
            "\"name\":\"样例\",\"status\":\"active\",\"region\":\"120110\",\"establishedOn\":\"2001-01-01\""));
        Assert.Equal(new SubjectDescription("样例", "120110", null, "active"), registration.Facts.Description);

        var entry = Accept(Line("list-entry", "\"gravity\":\"serious\",\"listedOn\":\"2026-01-01\",\"until\":\"2029-01-01\"")).Facts;
        Assert.Equal(("serious", new DateOnly(2029, 1, 1)), (entry.Level, entry.Until));
        Assert.Same(SampleRulebook.Instance.Catalogue.Kinds["list-entry"].Fields[0].Of[1], entry.Level);
    }

    [Fact]
    public void Procedures_come_from_the_platform_only_and_mark_their_target()
    {
        var line = Encoding.UTF8.GetBytes(Line("objection",
            "\"targetSource\":\"SCJG\",\"targetId\":\"A-7\",\"from\":\"2026-05-01\",\"suspendedOn\":\"2026-05-03\""));
        Assert.Equal("source-may-not-report", Reader.Read(line, Source, Today).Rejection?.Code);
        var mark = Reader.Read(line, SourceId.Platform, Today).Event!.Facts.Mark;
        Assert.Equal(new ProcedureMark(Procedure.Objection, new RecordId(Source, "A-7"), new DateOnly(2026, 5, 3)), mark);
    }

    [Theory]
    [InlineData("2.5", "2.5", 2_500_000)]
    [InlineData("2.500", "2.5", 2_500_000)]
    [InlineData("-0.0", "0", 0)]
    [InlineData("0.000001", "0.000001", 1)]
    [InlineData("9200000000000", "9200000000000", 9_200_000_000_000_000_000)]
    [InlineData("1000000.00000000000000000000000000000000000000000000", "1000000", 1_000_000_000_000)]
    public void Decimal_has_one_canonical_form(string written, string canonical, long micro)
    {
        foreach (var value in new[] { written, $"\"{written}\"" })
        {
            var read = Accept(Penalty($"\"fine\":{value}"));
            Assert.Contains($"\"fine\":\"{canonical}\"", PayloadOf(read), StringComparison.Ordinal);
            Assert.Equal(micro, read.Facts.AmountMicro);
        }
    }

    [Theory]
    [InlineData("25e-1", "2.5")]
    [InlineData("1E3", "1000")]
    [InlineData("0e999999999999999999999", "0")]
    public void Json_number_may_have_an_exponent(string written, string canonical) =>
        Assert.Contains($"\"fine\":\"{canonical}\"", PayloadOf(Accept(Penalty($"\"fine\":{written}"))), StringComparison.Ordinal);

    [Fact]
    public void Facts_of_the_journaled_payload_are_the_facts_of_the_event()
    {
        foreach (var line in new[]
        {
            SampleRulebook.PenaltyLine,
            Penalty("\"facts\":\"一\\n\\\"二\\\" \\ud842\\udfb7\","
                + "\"basis\":\"x\",\"fine\":\"0.10\",\"penaltyTypes\":[\"fine\",\"confiscation\"]"),
            Line("registration", "\"name\":\"样\\\\例\\ud842\\udfb7\",\"status\":\"active\",\"establishedOn\":\"2001-01-01\""),
            Line("inspection", "\"inspectedOn\":\"2026-01-01\",\"passed\":false,\"defects\":3,\"corrected\":-2"),
            Line("licence", "\"documentNumber\":\"1\",\"decidedOn\":\"2026-01-01\",\"validFrom\":\"2026-01-01\","
                + $"\"validUntil\":\"2099-12-31\",\"authority\":\"{Authority}\""),
        })
        {
            var read = Accept(line);
            Assert.Equal(Shown(read.Facts), Shown(Reader.FactsOf(read.Kind, read.Payload.Span)));
        }

        static string Shown(RecordFacts facts) => JsonSerializer.Serialize(facts);
    }

    [Fact]
    public void Facts_of_a_kind_that_is_gone_or_of_no_payload_are_empty()
    {
        Assert.Equal(new RecordFacts(), Reader.FactsOf("gone", "{}"u8));
        Assert.Equal(new RecordFacts(), Reader.FactsOf("penalty", default));
    }

    [Fact]
    public void Payload_read_again_gives_itself()
    {
        var read = Accept(Penalty("\"facts\":\"tab\\t \\u2028 \\ud83d\\ude00 <&>'\",\"fine\":\"7\""));
        var again = Accept($$"""{"id":"A-1","revision":1,"subject":"{{Subject}}","kind":"penalty","data":{{PayloadOf(read)}}}""");
        Assert.Equal(read.Digest, again.Digest);
    }

    [Fact]
    public void Byte_order_mark_is_passed_over() =>
        Assert.NotNull(Reader.Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(SampleRulebook.PenaltyLine)], Source, Today).Event);

    [Fact]
    public void Escaped_keys_are_the_keys_they_mean() =>
        Assert.NotNull(Accept(SampleRulebook.PenaltyLine.Replace("\"kind\"", "\"\\u006bind\"", StringComparison.Ordinal)));

    [Fact]
    public void Kind_is_the_rulebooks_own_string() =>
        Assert.Same(SampleRulebook.Instance.Catalogue.Kinds["penalty"].Name, Accept(SampleRulebook.PenaltyLine).Kind);

    internal static string Penalty(string fields)
    {
        var all = new Dictionary<string, string>
        {
            ["documentNumber"] = "\"一1\"",
            ["penaltyTypes"] = "[\"fine\"]",
            ["decidedOn"] = "\"2026-03-04\"",
            ["authority"] = $"\"{Authority}\"",
        };
        var given = string.Join(',', all.Where(field => !fields.Contains($"\"{field.Key}\":", StringComparison.Ordinal))
            .Select(field => $"\"{field.Key}\":{field.Value}"));
        return Line("penalty", given.Length == 0 ? fields : fields.Length == 0 ? given : $"{fields},{given}");
    }

    internal static string Line(string kind, string fields) =>
        $$$"""{"id":"A-1","revision":1,"subject":"{{{Subject}}}","kind":"{{{kind}}}","data":{{{{fields}}}}}""";

    private static RecordEvent Accept(string line)
    {
        var result = Reader.Read(Encoding.UTF8.GetBytes(line), Source, Today);
        Assert.True(result.Rejection is null, $"{result.Rejection?.Code} {result.Rejection?.Pointer} {result.Rejection?.Found}");
        return result.Event!;
    }

    private static string PayloadOf(RecordEvent read) => Encoding.UTF8.GetString(read.Payload.Span);
}
