using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Feeds;

public class EventReaderRejectionTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly SourceId Source = new("SCJG");
    private static readonly EventReader Reader = new(SampleRulebook.Instance, SampleRulebook.NoExceptions);

    /// <summary>Codes that a line can have by itself; the others need the store, a pattern scheme or another file.</summary>
    private static readonly string[] CodesOfLines =
    [
        "malformed-json", "invalid-utf8", "duplicate-key", "too-deep", "line-too-long", "unknown-kind", "unknown-field", "required",
        "wrong-type", "too-long", "control-character", "not-in-code-list", "out-of-range", "too-many-places", "date-in-future",
        "date-order", "date-too-early", "format-character",
        "natural-person", "personal-data", "source-may-not-report",
        "uscc-length", "uscc-alphabet", "uscc-authority", "uscc-check-digit",
        "uscc-organisation-check-digit",
    ];

    private static readonly string[] CodesOfTheStore =
        ["revision-conflict", "duplicate-record", "subject-changed", "kind-changed", "unknown-quarantine-line"];

    public static TheoryData<string, string, string> Rejected() => new()
    {
        { "", "malformed-json", "" },
        { "{", "malformed-json", "" },
        { "{\"id\":\"A\"}x", "malformed-json", "" },
        { "{\"id\":\"A\",}", "malformed-json", "" },
        { "{'id':1}", "malformed-json", "" },
        { "{\"id\":\"\\ud800\"}", "malformed-json", "" },
        { "{\"id\":\"\\udc00\\ud800\"}", "malformed-json", "" },
        { "{\"\\ud800\":1}", "malformed-json", "" },
        { "[]", "wrong-type", "" },
        { "null", "wrong-type", "" },
        { "{\"data\":[[[[[[[[[[]]]]]]]]]]}", "too-deep", "" },
        { new string('[', 200_000), "too-deep", "" },
        { "{\"id\":\"" + new string('x', 300_000) + "\"}", "line-too-long", "" },
        { "{}", "required", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\" \""), "required", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":7"), "wrong-type", "/id" },
        { With("\"id\":\"A-1\"", $"\"id\":\"{new string('一', 129)}\""), "too-long", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"a\\u0000b\""), "control-character", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-1\",\"id\":\"A-1\""), "duplicate-key", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-1\",\"a/b~c\":1"), "unknown-field", "/a~1b~0c" },
        { With("\"revision\":1,", ""), "required", "/revision" },
        { With("\"revision\":1,", "\"revision\":\"1\","), "wrong-type", "/revision" },
        { With("\"revision\":1,", "\"revision\":1.5,"), "wrong-type", "/revision" },
        { With("\"revision\":1,", "\"revision\":0,"), "out-of-range", "/revision" },
        { With("\"revision\":1,", "\"revision\":2147483648,"), "out-of-range", "/revision" },
        { With("\"revision\":1,", "\"revision\":1e400000000000,"), "out-of-range", "/revision" },
        { With("\"revision\":1,", "\"revision\":1,\"op\":\"delete\","), "not-in-code-list", "/op" },
        { With("\"revision\":1,", "\"revision\":1,\"op\":1,"), "wrong-type", "/op" },
        { With("\"91110105MA00003490\"", "null"), "required", "/subject" },
        { With("\"91110105MA00003490\"", "91"), "wrong-type", "/subject" },
        { With("\"91110105MA00003490\"", "\"9112\""), "uscc-length", "/subject" },
        { With("\"91110105MA00003490\"", "\"9111O105MA00003490\""), "uscc-alphabet", "/subject" },
        { With("\"91110105MA00003490\"", "\"04110105MA00003490\""), "uscc-authority", "/subject" },
        { With("\"91110105MA00003490\"", "\"91110105MA00003491\""), "uscc-check-digit", "/subject" },
        { With("\"91110105MA00003490\"", "\"123456789012345678\""), "uscc-organisation-check-digit", "/subject" },
        { With("\"91110105MA00003490\"", "\"11010519491231002X\""), "natural-person", "/subject" },
        { With("\"91110105MA00003490\"", "\"13800138000\""), "personal-data", "/subject" },
        { With("\"penalty\"", "\"fine\""), "unknown-kind", "/kind" },
        { With("\"penalty\"", "5"), "wrong-type", "/kind" },
        { With("\"penalty\"", "\"tax-grade\""), "source-may-not-report", "/kind" },
        { "{\"id\":\"A\",\"revision\":1,\"subject\":\"91110105MA00003490\",\"kind\":\"penalty\"}", "required", "/data" },
        { "{\"id\":\"A\",\"revision\":1,\"subject\":\"91110105MA00003490\",\"kind\":\"penalty\",\"data\":[]}", "wrong-type", "/data" },
        { EventReaderTests.Line("penalty", ""), "required", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"fien\":1"), "unknown-field", "/data/fien" },
        { EventReaderTests.Penalty("\"fine\":1,\"fine\":1"), "duplicate-key", "/data/fine" },
        { EventReaderTests.Penalty("\"documentNumber\":null"), "required", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"documentNumber\":\"　\""), "required", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"documentNumber\":{}"), "wrong-type", "/data/documentNumber" },
        { EventReaderTests.Penalty($"\"documentNumber\":\"{new string('一', 129)}\""), "too-long", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"documentNumber\":\"a\\u0007\""), "control-character", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"penaltyTypes\":[]"), "required", "/data/penaltyTypes" },
        { EventReaderTests.Penalty("\"penaltyTypes\":\"fine\""), "wrong-type", "/data/penaltyTypes" },
        { EventReaderTests.Penalty("\"penaltyTypes\":[\"fine\",\"jail\"]"), "not-in-code-list", "/data/penaltyTypes/1" },
        { EventReaderTests.Penalty("\"penaltyTypes\":[[\"fine\"]]"), "wrong-type", "/data/penaltyTypes/0" },
        { EventReaderTests.Penalty("\"severity\":\"grave\""), "not-in-code-list", "/data/severity" },
        { EventReaderTests.Penalty("\"severity\":1"), "wrong-type", "/data/severity" },
        { EventReaderTests.Penalty("\"fine\":-1"), "out-of-range", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":\"9200000000000.000001\""), "out-of-range", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":1e99999"), "out-of-range", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":1.0000001"), "too-many-places", "/data/fine" },
        { EventReaderTests.Penalty("\"confiscated\":\"1.005\""), "too-many-places", "/data/confiscated" },
        { EventReaderTests.Penalty("\"fine\":\"1e3\""), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":\"1,000\""), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":\".5\""), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":\"5.\""), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":\"\""), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"fine\":true"), "wrong-type", "/data/fine" },
        { EventReaderTests.Penalty("\"decidedOn\":\"2026-02-30\""), "wrong-type", "/data/decidedOn" },
        { EventReaderTests.Penalty("\"decidedOn\":\"0000-01-01\""), "wrong-type", "/data/decidedOn" },
        { EventReaderTests.Penalty("\"decidedOn\":\"2026-3-4\""), "wrong-type", "/data/decidedOn" },
        { EventReaderTests.Penalty("\"decidedOn\":20260304"), "wrong-type", "/data/decidedOn" },
        { EventReaderTests.Penalty("\"decidedOn\":\"2026-11-22\""), "date-in-future", "/data/decidedOn" },
        { EventReaderTests.Penalty("\"servedOn\":\"2026-03-03\""), "date-order", "/data/servedOn" },
        { EventReaderTests.Penalty("\"authority\":\"\""), "required", "/data/authority" },
        { EventReaderTests.Penalty("\"authority\":\"Y1120110MB01234571\""), "uscc-check-digit", "/data/authority" },
        { EventReaderTests.Penalty($"\"authority\":\"{new string('1', 65)}\""), "uscc-length", "/data/authority" },
        { EventReaderTests.Penalty("\"partyType\":\"natural-person\""), "natural-person", "/data/partyType" },
        { EventReaderTests.Penalty("\"partyType\":\"自然人\""), "natural-person", "/data/partyType" },
        { EventReaderTests.Penalty("\"XDR_LB\":\"自然人\""), "natural-person", "/data/XDR_LB" },
        { EventReaderTests.Penalty("\"penaltyTypes\":[\"fine\",\"自然人\"]"), "natural-person", "/data/penaltyTypes/1" },
        { Inspection("\"passed\":1"), "wrong-type", "/data/passed" },
        { Inspection("\"passed\":true,\"defects\":1001"), "out-of-range", "/data/defects" },
        { Inspection("\"passed\":true,\"defects\":1.5"), "wrong-type", "/data/defects" },
        { Inspection("\"passed\":true,\"defects\":\"1\""), "wrong-type", "/data/defects" },
        { EventReaderTests.Penalty("\"facts\":\"电话13800138000。\""), "personal-data", "/data/facts" },
        { EventReaderTests.Penalty("\"facts\":\"公民身份号码11010519491231002X\""), "personal-data", "/data/facts" },
        { EventReaderTests.Penalty("\"facts\":\"\\u0031\\u0033800138000\""), "personal-data", "/data/facts" },
        { EventReaderTests.Penalty("\"fine\":\"11010519491231002X\""), "personal-data", "/data/fine" },
        { EventReaderTests.Penalty("\"mobile\":13800138000"), "personal-data", "/data/mobile" },
        { EventReaderTests.Penalty("\"13800138000\":1"), "personal-data", "/data" },
        { EventReaderTests.Penalty("\"person\":{\"phones\":[\"13800138000\"]}"), "personal-data", "/data/person" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-13800138000\""), "personal-data", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-1\",\"13800138000\":1"), "personal-data", "" },
        { With("\"id\":\"A-1\"", "\"id\":\"\u200B\u2060\""), "required", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-\u200B1\""), "format-character", "/id" },
        { With("\"id\":\"A-1\"", "\"id\":\"A-\u00851\""), "control-character", "/id" },
        { EventReaderTests.Penalty("\"documentNumber\":\"\u200B\uFEFF\u3164\""), "required", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"documentNumber\":\"虚罚\u202E〔2026〕\""), "format-character", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"documentNumber\":\"虚\u00AD罚\""), "format-character", "/data/documentNumber" },
        { EventReaderTests.Penalty("\"facts\":\"事\u2066实\""), "format-character", "/data/facts" },
        { EventReaderTests.Penalty("\"facts\":\"事\u009B实\""), "control-character", "/data/facts" },
        { EventReaderTests.Penalty("\"decidedOn\":\"1949-09-30\""), "date-too-early", "/data/decidedOn" },
        { Withdrawal("{\"facts\":\"电话13800138000。\"}"), "personal-data", "/data/facts" },
        { Withdrawal("{\"x\":[{\"y\":\"\\u0031\\u0033800138000\"}]}"), "personal-data", "/data/x" },
        { Withdrawal("[\"13800138000\"]"), "personal-data", "/data" },
        { Withdrawal("{\"partyType\":\"natural-person\"}"), "natural-person", "/data/partyType" },
    };

    [Theory]
    [MemberData(nameof(Rejected), DisableDiscoveryEnumeration = true)]
    public void Bad_line_is_rejected_with_code_and_place(string line, string code, string pointer)
    {
        var result = Reader.Read(Encoding.UTF8.GetBytes(line), Source, Today);
        Assert.Equal((code, pointer), (result.Rejection?.Code, result.Rejection?.Pointer));
        Assert.Null(result.Event);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_rejected() =>
        Assert.Equal("invalid-utf8", Reader.Read([.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8], Source, Today).Rejection?.Code);

    [Fact]
    public void Every_code_a_line_can_have_is_produced_by_a_test()
    {
        var produced = Rejected().Select(row => row.Data.Item2).Append("invalid-utf8").ToHashSet();
        Assert.Empty(CodesOfLines.Except(produced));
        Assert.Empty(produced.Except(CodesOfLines));
    }

    [Fact]
    public void Feed_codes_of_the_catalogue_are_all_accounted_for()
    {
        var declared = new[] { ErrorCatalogue.MalformedJson, ErrorCatalogue.UnknownQuarantineLine };
        var order = typeof(ErrorCatalogue).GetFields().Select(field => field.GetValue(null)).OfType<ErrorDescription>().ToList();
        var feed = order.SkipWhile(error => error != declared[0]).TakeWhile(error => error != declared[1]).Append(declared[1]);
        Assert.All(feed, error => Assert.Contains(error.Code, CodesOfLines.Concat(CodesOfTheStore)));
    }

    [Theory]
    [InlineData("facts", "13800138000")]
    [InlineData("unknown", "13800138000")]
    [InlineData("facts", "11010519491231002X")]
    public void Rejection_never_shows_personal_data(string field, string value)
    {
        var result = Reader.Read(Encoding.UTF8.GetBytes(EventReaderTests.Penalty($"\"{field}\":\"{value}\"")), Source, Today);
        Assert.DoesNotContain(value, result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(value, result.Rejection!.Detail("zh") + result.Rejection.Pointer, StringComparison.Ordinal);
    }

    [Fact]
    public void Id_that_is_personal_data_is_not_given_back()
    {
        var result = Reader.Read(Encoding.UTF8.GetBytes(With("\"id\":\"A-1\"", "\"id\":\"13800138000\"")), Source, Today);
        Assert.Null(result.Id);
        Assert.Equal(1, result.Revision);
    }

    [Fact]
    public void Id_and_revision_before_a_fault_of_form_are_given_back()
    {
        var result = Reader.Read("{\"id\":\"A-7\",\"revision\":3,\"data\":{\"id\":"u8, Source, Today);
        Assert.Equal(("A-7", 3, "malformed-json"), (result.Id, result.Revision, result.Rejection?.Code));
    }

    [Fact]
    public void Keys_within_unfinished_data_are_not_taken_for_those_of_the_line()
    {
        var result = Reader.Read("{\"data\":{\"id\":\"inner\",\"revision\":9,"u8, Source, Today);
        Assert.Equal((null, null), (result.Id, result.Revision));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261121)]
    public void Mutated_line_gives_an_event_or_a_code(int seed)
    {
        var random = new Random(seed);
        var lines = Rejected().Select(row => row.Data.Item1).Where(line => line.Length < 2000)
            .Append(SampleRulebook.PenaltyLine).Append(EventReaderTests.Penalty("\"facts\":\"\\u4e00\\ud842\\udfb7\",\"fine\":12.5"))
            .Select(Encoding.UTF8.GetBytes).Where(line => line.Length > 0).ToArray();
        var accepted = 0;
        for (var round = 0; round < 5000; round++)
        {
            var line = (round % 2 == 0 ? lines[^1] : lines[random.Next(lines.Length)]).ToList();
            for (var change = random.Next(4); change >= 0 && line.Count > 0; change--)
                Mutate(line, lines[random.Next(lines.Length)], random);
            var bytes = line.ToArray();
            try
            {
                var result = Reader.Read(bytes, Source, Today);
                Assert.True(result.Event is null != result.Rejection is null);
                if (result.Event is { } read)
                {
                    accepted++;
                    Reader.FactsOf(read.Kind, read.Payload.Span);
                }

                Reader.FactsOf("penalty", bytes);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, round {round}: {e.GetType().Name} {e.Message} for {Convert.ToHexString(bytes)}\n{e.StackTrace}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {accepted} of 5000 accepted");
        Assert.True(accepted > 0, $"seed {seed}: mutations never leave a good line");
    }

    private static void Mutate(List<byte> line, byte[] other, Random random)
    {
        var at = random.Next(line.Count);
        switch (random.Next(7))
        {
            case 0: line[at] = (byte)random.Next(256); break;
            case 1: line.RemoveAt(at); break;
            case 2: line.Insert(at, (byte)"{}[]\",:\\0e-.x\n"[random.Next(14)]); break;
            case 3: line.RemoveRange(at, random.Next(Math.Min(20, line.Count - at) + 1)); break;
            case 4: line.InsertRange(at, other.Skip(random.Next(other.Length)).Take(random.Next(30))); break;
            case 5: line.InsertRange(at, line.Skip(at).Take(random.Next(60)).ToArray()); break;
            default: line.InsertRange(at, Encoding.UTF8.GetBytes($"\\u{random.Next(65536):x4}")); break;
        }
    }

    private static string Inspection(string fields) =>
        EventReaderTests.Line("inspection", $"\"inspectedOn\":\"2026-01-01\",{fields}");

    private static string Withdrawal(string data) =>
        "{\"id\":\"A-1\",\"revision\":2,\"op\":\"withdraw\",\"subject\":\"91110105MA00003490\",\"kind\":\"penalty\",\"data\":" + data + "}";

    private static string With(string part, string other)
    {
        var line = EventReaderTests.Penalty("");
        Assert.Contains(part, line, StringComparison.Ordinal);
        return line.Replace(part, other, StringComparison.Ordinal);
    }
}
