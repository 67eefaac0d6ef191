using System.Text;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Feeds;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Client.Tests.Feeding;

public sealed class FeedFileTests : IDisposable
{
    private const string Header = "uscc,name,region,industry,registered_date,type,status,registered_capital_raw";
    private readonly TemporaryFolder _folder = new();

    static FeedFileTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string> Encodings => ["utf-8", "utf-8 with mark", "gb18030", "utf-16", "utf-16 without mark", "utf-16BE"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Csv_in_any_usual_encoding_gives_the_same_events(string encoding)
    {
        var text = $"{Header}\r\n91990101MX00000190,\"虚构星海贸易有限公司,0001号\",990101,贸易,2001-04-23,,存续,10(万)\r\n";
        var lines = await LinesAsync(Rows(Csv(_folder.Write("a.csv", Bytes(text, encoding)))));
        var line = Assert.Single(lines);
        Assert.Contains("\"id\":\"REG-91990101MX00000190\"", line, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"虚构星海贸易有限公司,0001号\"", line, StringComparison.Ordinal);
        Assert.Contains("\"establishedOn\":\"2001-04-23\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    public async Task Csv_with_another_separator_gives_the_same_events(char separator)
    {
        var text = $"{Header}\n91990101MX00000190,虚构甲,990101,贸易,2001-04-23,,存续,10\n".Replace(',', separator);
        Assert.Contains("\"name\":\"虚构甲\"", Assert.Single(await LinesAsync(Rows(Csv(_folder.Write("a.csv", text))))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_rows_keep_their_line_numbers_over_empty_and_broken_lines()
    {
        var text = $"{Header},注\n91990101MX00000190,虚构甲,,,,,,,\n\n,,,,,,,,\n91990102MXF4C5RH1C,虚构乙,,,,,,,\"一\n二\"\n"
            + "91990102MXF4C5RH1C,\"虚构\n丙\",,,,,,,\nX,虚构丁,,,,,,,\n";
        var batch = Assert.Single(await BatchesAsync(Rows(Csv(_folder.Write("a.csv", text))), 10));
        Assert.Equal([2, 5, 9], Enumerable.Range(1, 3).Select(line => batch.RowOf(line)));
        var refused = Assert.Single(batch.Refused);
        Assert.Equal((7, "malformed-row"), (refused.Row, refused.Error.Code));
        Assert.Contains("column name", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Xlsx_cells_become_text_dates_and_numbers_as_the_catalogue_reads_them()
    {
        var path = _folder.Write("a.xlsx", Workbook.Of(
            ("说明", [["x"]]),
            ("处罚",
            [
                ["CF_XDR_SHXYM", "CF_WSH", "CF_CFLB", "CF_NR_FK", "CF_JDRQ", "CF_CFJGDM", "CF_FRDB"],
                ["91990101MX00000190", "虚罚〔2026〕1号", "警告;罚款", 2.5, new DateOnly(2026, 3, 4), "11990100MX0000019R", "张三"],
                [null, null],
                ["91990101MX00000190", "虚罚〔2026〕2号", "罚款", 1200000, "2026年3月5日", "11990100MX0000019R", null],
            ])));
        var lines = await LinesAsync(Rows(new XlsxTable(path, "处罚"), "penalty-wire"));
        Assert.Equal(2, lines.Count);
        Assert.Contains("\"penaltyTypes\":[\"警告\",\"罚款\"],\"fine\":\"2.5\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"decidedOn\":\"2026-03-04\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"fine\":\"1200000\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"decidedOn\":\"2026-03-05\"", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.DoesNotContain("张三", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Xlsx_without_the_sheet_asked_for_names_those_it_has()
    {
        var path = _folder.Write("a.xlsx", Workbook.Of(("一", [["a"]]), ("二", [["a"]])));
        var refused = Assert.Throws<FeedFileException>(() => new XlsxTable(path, "三").Open());
        Assert.Equal((FeedFileFault.NoSuchSheet, "It has: 一, 二."), (refused.Fault, refused.Advice));
    }

    [Fact]
    public void File_that_only_claims_to_be_a_workbook_is_refused() =>
        Assert.Equal(FeedFileFault.NotAWorkbook, Assert.Throws<FeedFileException>(
            () => new XlsxTable(_folder.Write("a.xlsx", "not a zip at all, but long enough to be looked at"), null).Open()).Fault);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ndjson_batches_end_at_lines_and_go_on_from_any_place(bool lastLineEnds)
    {
        var text = string.Concat(Enumerable.Range(1, 10).Select(i => $"{{\"id\":\"虚{i}\"}}\n"));
        var path = _folder.Write("a.ndjson", lastLineEnds ? text : text[..^1]);
        var batches = await BatchesAsync(Ndjson(path), 4);
        Assert.Equal([4, 4, 2], batches.Select(batch => batch.Ndjson.Span.Count((byte)'\n')));
        Assert.Equal(text, string.Concat(batches.Select(batch => Encoding.UTF8.GetString(batch.Ndjson.Span))));
        Assert.Equal([1L, 5, 9], batches.Select(batch => batch.RowOf(1)));
        var rest = await BatchesAsync(Ndjson(path), 4, batches[0].End);
        Assert.Equal(batches.Skip(1).Select(batch => batch.End), rest.Select(batch => batch.End));
        Assert.Equal([5L, 9], rest.Select(batch => batch.RowOf(1)));
    }

    [Fact]
    public async Task Ndjson_in_another_encoding_goes_on_by_counting_lines()
    {
        var text = string.Concat(Enumerable.Range(1, 10).Select(i => $"{{\"id\":\"虚构{i}\"}}\n"));
        var path = _folder.Write("a.ndjson", Bytes(text, "gb18030"));
        var batches = await BatchesAsync(Ndjson(path), 4);
        Assert.Equal(text, string.Concat(batches.Select(batch => Encoding.UTF8.GetString(batch.Ndjson.Span))));
        var rest = await BatchesAsync(Ndjson(path), 4, batches[1].End);
        Assert.Equal("{\"id\":\"虚构9\"}\n{\"id\":\"虚构10\"}\n", Encoding.UTF8.GetString(Assert.Single(rest).Ndjson.Span));
    }

    [Fact]
    public async Task Ndjson_line_beyond_any_bound_is_cut_so_that_the_server_refuses_it()
    {
        var path = _folder.Write("a.ndjson", "{\"id\":\"" + new string('x', 3_000_000) + "\"}\n{}\n");
        var batch = Assert.Single(await BatchesAsync(Ndjson(path), 10));
        Assert.InRange(batch.Ndjson.Length, EventReader.LineBytesMax + 1, 400_000);
        Assert.EndsWith("\n{}\n", Encoding.UTF8.GetString(batch.Ndjson.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_array_becomes_lines_and_goes_on_from_any_element()
    {
        var path = _folder.Write("a.json", "[ {\"id\":\"虚1\",\n \"n\": 1.50},\n {\"id\":\"b\"}, 7 ]");
        var batches = await BatchesAsync(JsonArray(path), 2);
        Assert.Equal("{\"id\":\"虚1\",  \"n\": 1.50}\n{\"id\":\"b\"}\n", Encoding.UTF8.GetString(batches[0].Ndjson.Span));
        Assert.Equal("7\n", Encoding.UTF8.GetString(Assert.Single(await BatchesAsync(JsonArray(path), 2,
            batches[0].End)).Ndjson.Span));
    }

    [Fact]
    public async Task Json_array_that_breaks_off_is_an_invalid_file()
    {
        var path = _folder.Write("a.json", "[{\"id\":\"a\"}, {\"id\":");
        Assert.Equal(FeedFileFault.NotAnArray, (await Assert.ThrowsAsync<FeedFileException>(() => BatchesAsync(JsonArray(path), 1))).Fault);
    }

    [Fact]
    public void Answer_that_does_not_tell_of_every_row_ends_the_feed_with_a_code_of_its_own()
    {
        var batch = new FeedBatch("{}\n{}\n{}\n"u8.ToArray(), [2, 5, 7], 2, new FeedPlace(7, 0), 3);
        var unanswered = Assert.Throws<CliException>(() => new FeedSummary().Add(batch, new FeedReceipt { Accepted = 1, Rejected = 1 }));
        Assert.Equal(ExitCode.Unaccounted, unanswered.ExitCode);
        var summary = new FeedSummary();
        summary.Add(batch, new FeedReceipt { Accepted = 2, Rejected = 1 });
        Assert.Equal(3, summary.Lines);
    }

    [Theory]
    [InlineData("{}\n \t\r\n\n{}", 2)]
    [InlineData("\n\n", 0)]
    public async Task Ndjson_counts_the_lines_that_will_be_answered(string text, int lines) =>
        Assert.Equal(lines, (await BatchesAsync(Ndjson(_folder.Write("a.ndjson", text)), 10)).Sum(batch => batch.Lines));

    [Fact]
    public async Task Json_array_that_breaks_off_gives_no_element_at_all()
    {
        var file = JsonArray(_folder.Write("a.json", "[{\"id\":\"a\"},\n{\"id\":"));
        await using var batches = file.ReadAsync(default, 1, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<FeedFileException>(async () => await batches.MoveNextAsync());
    }

    [Fact]
    public async Task Json_array_with_a_bad_byte_sends_it_as_it_stands()
    {
        byte[] array = [.. "[{\"id\":\"a"u8, 0xE5, 0x8F, .. "\"},{\"id\":\"虚构丁戊\"},7]"u8];
        var batch = Assert.Single(await BatchesAsync(JsonArray(_folder.Write("a.json", array)), 10));
        Assert.Equal([.. "{\"id\":\"a"u8, 0xE5, 0x8F, .. "\"}\n{\"id\":\"虚构丁戊\"}\n7\n"u8], batch.Ndjson.ToArray());
    }

    [Fact]
    public void Mapping_is_chosen_by_the_columns_or_refused_with_what_there_is()
    {
        var rulebook = RulebookFolder.Read(Repository.Rulebook("cn-district")).Rulebook!;
        Assert.Equal("enterprises-cn", MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, null, Header.Split(',')).Name);
        var none = Assert.Throws<FeedFileException>(() => MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, null, ["a", "b"]));
        Assert.Equal(FeedFileFault.NoMappingFits, none.Fault);
        var near = Assert.Throws<FeedFileException>(() => MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, null,
            ["name", "region", "industry"]));
        Assert.StartsWith("The nearest is 'enterprises-cn', which lacks: uscc. ", near.Advice, StringComparison.Ordinal);
        Assert.Equal("enterprises-cn", MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, null, [" ｕｓ\ncc ", "name"]).Name);
        var unknown = Assert.Throws<FeedFileException>(() => MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, "nope", ["a"]));
        Assert.Contains("enterprises-cn", unknown.Advice, StringComparison.Ordinal);
        var lacking = Assert.Throws<FeedFileException>(() => MappingChoice.Of(rulebook.Feeds, rulebook.Catalogue.Kinds, "enterprises-cn",
            ["name"]));
        Assert.Contains("uscc", lacking.Message, StringComparison.Ordinal);
    }

    private static CsvTable Csv(string path) => new(path, TextEncoding.Of(path));

    private static NdjsonFile Ndjson(string path) => new(path, TextEncoding.Of(path));

    private static JsonArrayFile JsonArray(string path) => new(path, TextEncoding.Of(path));

    private static RowFile Rows(ITable table, string mapping = "enterprises-cn")
    {
        var rulebook = RulebookFolder.Read(Repository.Rulebook("cn-district")).Rulebook!;
        var chosen = rulebook.Feeds[mapping];
        return new RowFile(table, new RowConverter(chosen, rulebook.Catalogue.Kinds[chosen.Kind]), anyOrder: false);
    }

    private static async Task<List<string>> LinesAsync(IFeedFile file) =>
        [.. (await BatchesAsync(file, 1000)).SelectMany(batch => Encoding.UTF8.GetString(batch.Ndjson.Span).Split('\n',
            StringSplitOptions.RemoveEmptyEntries))];

    private static async Task<List<FeedBatch>> BatchesAsync(IFeedFile file, int rows, FeedPlace from = default)
    {
        var batches = new List<FeedBatch>();
        await foreach (var batch in file.ReadAsync(from, rows, TestContext.Current.CancellationToken))
            batches.Add(batch);
        return batches;
    }

    private static byte[] Bytes(string text, string encoding) => encoding switch
    {
        "utf-8" => Encoding.UTF8.GetBytes(text),
        "utf-8 with mark" => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
        "utf-16" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
        "utf-16 without mark" => Encoding.Unicode.GetBytes(text),
        "utf-16BE" => [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)],
        _ => Encoding.GetEncoding(encoding).GetBytes(text),
    };
}
