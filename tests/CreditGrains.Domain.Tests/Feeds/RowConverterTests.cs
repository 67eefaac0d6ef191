using System.Buffers;
using System.Text;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Feeds;

public class RowConverterTests
{
    private static readonly FeedMapping Mapping = new()
    {
        Name = "penalties",
        Kind = "penalty",
        Subject = From("CF_XDR_SHXYM"),
        Id = new ValueMapping { Template = "{CF_CFJGDM}/{CF_WSH}" },
        UseWireNames = true,
        Fields = new Dictionary<string, ValueMapping>
        {
            ["penaltyTypes"] = From("CF_CFLB") with { Separator = "、", Map = new Dictionary<string, string> { ["没收"] = "confiscation" } },
            ["servedOn"] = From("SDRQ", "SDRQ2"),
        },
        Drop = ["CF_FR_ZJHM"],
    };

    [Fact]
    public void Row_becomes_a_line_that_the_catalogue_accepts()
    {
        var line = Convert(Mapping, new()
        {
            ["CF_XDR_SHXYM"] = "91110105MA00003490",
            ["CF_CFJGDM"] = "Y1120110MB01234570",
            ["CF_WSH"] = " 津丽市监罚〔2026〕12号 ",
            ["CF_CFLB"] = "罚款、没收、",
            ["CF_NR_FK"] = "1,234.50",
            ["CF_JDRQ"] = "2026/3/4",
            ["CF_SY"] = "一\r\n二",
            ["CF_YJ"] = "",
            ["SDRQ"] = " ",
            ["SDRQ2"] = "2026-03-05 00:00:00",
            ["CF_FR_ZJHM"] = "11010519491231002X",
            ["other"] = "x",
        });

        Assert.Equal(
            """{"id":"Y1120110MB01234570/津丽市监罚〔2026〕12号","revision":1,"op":"put","subject":"91110105MA00003490","kind":"penalty","data":{"""
            + "\"documentNumber\":\"津丽市监罚〔2026〕12号\",\"penaltyTypes\":[\"罚款\",\"confiscation\"],\"facts\":\"一\\n二\",\"fine\":\"1234.5\","
            + "\"decidedOn\":\"2026-03-04\",\"servedOn\":\"2026-03-05\",\"authority\":\"Y1120110MB01234570\"}}",
            line);
        var reader = new EventReader(SampleRulebook.Instance, SampleRulebook.NoExceptions);
        Assert.NotNull(reader.Read(Encoding.UTF8.GetBytes(line!), new SourceId("SCJG"), new DateOnly(2026, 11, 21)).Event);
    }

    [Fact]
    public void Empty_row_writes_nothing() => Assert.Null(Convert(Mapping, new() { ["CF_WSH"] = " ", ["x"] = "" }));

    [Fact]
    public void Row_without_id_leaves_it_to_the_catalogue_to_refuse() =>
        Assert.DoesNotContain("\"id\"", Convert(Mapping, new() { ["CF_WSH"] = "1" }), StringComparison.Ordinal);

    [Fact]
    public void Dropped_column_is_not_copied_even_where_a_field_names_it()
    {
        var mapping = Mapping with
        {
            Fields = new Dictionary<string, ValueMapping>
            {
                ["facts"] = From("CF_FR_ZJHM"),
                ["basis"] = new() { Template = "x{CF_FR_ZJHM}" },
            },
        };
        Assert.DoesNotContain("secret", Convert(mapping, new() { ["CF_FR_ZJHM"] = "secret" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Revision_op_and_unknown_field_come_from_their_mappings()
    {
        var mapping = Mapping with
        {
            Revision = From("rev"),
            Op = new ValueMapping { Columns = ["state"], Map = new Dictionary<string, string> { ["撤销"] = "withdraw" } },
            Fields = new Dictionary<string, ValueMapping> { ["nosuch"] = new() { Constant = "1" } },
        };
        var line = Convert(mapping, new() { ["rev"] = "2.0", ["state"] = "撤销", ["CF_WSH"] = "1", ["CF_CFJGDM"] = "2" });
        Assert.StartsWith("{\"id\":\"2/1\",\"revision\":2,\"op\":\"withdraw\",", line, StringComparison.Ordinal);
        Assert.Contains("\"nosuch\":\"1\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-04", "2026-03-04")]
    [InlineData("2026/3/4", "2026-03-04")]
    [InlineData("2026/3/4 0:00:00", "2026-03-04")]
    [InlineData("2026-03-04T00:00:00", "2026-03-04")]
    [InlineData("20260304", "2026-03-04")]
    [InlineData("2026年3月4日", "2026-03-04")]
    [InlineData("２０２６．３．４", "2026-03-04")]
    [InlineData("03/04/2026", "03/04/2026")]
    [InlineData("2026-02-30", "2026-02-30")]
    [InlineData("2026-03-04 下午", "2026-03-04 下午")]
    public void Date_is_normalised_or_passed_on(string cell, string expected) =>
        Assert.Equal(expected, Value("decidedOn", From("c"), cell));

    [Theory]
    [InlineData("1,000,000.50", "1000000.5")]
    [InlineData("１２３", "123")]
    [InlineData("1,5", "1,5")]
    [InlineData("1 000", "1000")]
    [InlineData("12 345 678.50", "12345678.5")]
    [InlineData("-1,234", "-1234")]
    [InlineData("500 300", "500 300")]
    [InlineData("5 3", "5 3")]
    [InlineData("1 00", "1 00")]
    [InlineData("1,000 000", "1,000 000")]
    [InlineData("1 000,5", "1 000,5")]
    [InlineData("1.000 5", "1.000 5")]
    [InlineData("1.000,50", "1.000,50")]
    [InlineData(" 7 ", "7")]
    [InlineData("二百", "二百")]
    [InlineData("1e5", "1e5")]
    public void Decimal_is_normalised_or_passed_on(string cell, string expected) => Assert.Equal(expected, Value("fine", From("c"), cell));

    [Theory]
    [InlineData("中華民國101年1月12日", "2012-01-12")]
    [InlineData("101年1月12日", "2012-01-12")]
    [InlineData("101年13月12日", "101年13月12日")]
    [InlineData("不詳", "不詳")]
    public void Roc_date_is_converted(string cell, string expected) => Assert.Equal(expected, Value("decidedOn",
        From("c") with { Pattern = @"^(中華民國)?(?<year>\d+)年(?<month>\d+)月(?<day>\d+)日$", YearOffset = 1911 }, cell));

    [Theory]
    [InlineData("252萬元", "2520000")]
    [InlineData("1.5億元", "150000000")]
    [InlineData("1,200元", "1200")]
    [InlineData("30", "30")]
    [InlineData("9兆元", "9兆元")]
    [InlineData("79228162514264337593543950335億元", "79228162514264337593543950335億元")]
    public void Amount_with_unit_is_converted(string cell, string expected)
    {
        var units = new Dictionary<string, decimal> { ["元"] = 1, ["萬元"] = 10_000, ["億元"] = 100_000_000 };
        Assert.Equal(expected, Value("fine", From("c") with { Pattern = "^(?<value>[0-9.,]+)(?<unit>.*)$", Units = units }, cell));
    }

    [Fact]
    public void Pattern_with_value_takes_that_part_before_the_map() => Assert.Equal("minor", Value("severity",
        From("c") with { Pattern = "^等级：(?<value>.+)$", Map = new Dictionary<string, string> { ["轻微"] = "minor" } }, "等级：轻微"));

    [Fact]
    public void Pattern_that_runs_away_leaves_the_value() => Assert.Equal(new string('a', 40) + "!",
        Value("facts", From("c") with { Pattern = "^(?=a)(?<value>(a|aa)+)+$" }, new string('a', 40) + "!"));

    [Fact]
    public void Fines_of_the_taiwanese_commission_are_understood()
    {
        var date = From("penalty_date_roc", "document_date_roc") with
        {
            Pattern = @"^(中華民國)?(?<year>\d+)年\s*(?<month>\d+)\s*月\s*(?<day>\d+)\s*日$",
            YearOffset = 1911,
        };
        var converted = SharedData.Rows("tw_fsc_penalties/fsc_penalties_dev.csv")
            .Where(row => row["penalty_date_roc"].Length > 0)
            .Select(row => Value("decidedOn", date, row["penalty_date_roc"]))
            .ToList();
        Assert.NotEmpty(converted);
        Assert.All(converted, value => Assert.Matches(@"^\d{4}-\d\d-\d\d$", value));
    }

    private static ValueMapping From(params string[] columns) => new() { Columns = columns };

    private static string? Value(string field, ValueMapping mapping, string cell)
    {
        var columns = mapping.Columns.ToDictionary(column => column, _ => cell);
        var line = Convert(
            new FeedMapping
            {
                Name = "x",
                Kind = "penalty",
                Subject = From("s"),
                Id = From("i"),
                Fields = new Dictionary<string, ValueMapping> { [field] = mapping },
            },
            columns);
        using var json = System.Text.Json.JsonDocument.Parse(line!);
        return json.RootElement.GetProperty("data").GetProperty(field).GetString();
    }

    private static string? Convert(FeedMapping mapping, Dictionary<string, string> row)
    {
        var output = new ArrayBufferWriter<byte>();
        var written = new RowConverter(mapping, SampleRulebook.Instance.Catalogue.Kinds[mapping.Kind]).Convert(row, output);
        Assert.Equal(written, output.WrittenCount > 0);
        return written ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
