using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary>The faulty files of departments: every row of each has one outcome, and nothing comes in that was not written.</summary>
public sealed class FaultyFilesTests
{
    /// <summary>File; rows, accepted, and rejected rows with their codes.</summary>
    [Theory]
    [InlineData("one-bad-byte/onebad.ndjson", 3, 2, "invalid-utf8:2")]
    [InlineData("one-bad-byte/onebad.csv", 3, 2, "invalid-utf8:3")]
    [InlineData("one-nul-byte/nul.ndjson", 3, 2, "malformed-json:2")]
    [InlineData("one-nul-byte/nul.csv", 3, 2, "control-character:3")]
    [InlineData("unclosed-quote/unclosed.csv", 4, 3, "malformed-row:3")]
    [InlineData("unclosed-quote/unclosed2.csv", 5, 3, "malformed-row:2,malformed-row:5")]
    [InlineData("ragged-row/ragged.csv", 2, 0, "malformed-row:2,malformed-row:3")]
    [InlineData("ragged-row/ragged-penalty.csv", 1, 0, "malformed-row:2")]
    [InlineData("bracket-line/bracket.ndjson", 5, 4, "malformed-json:1")]
    [InlineData("unmatched-column/header-nl.csv", 1, 1, "")]
    [InlineData("unmatched-column/misspelt.csv", 1, 1, "")]
    [InlineData("xlsx-cjk-date-formats/cjkdates.xlsx", 18, 18, "")]
    public async Task Every_row_has_an_outcome_by_its_number(string file, int rows, int accepted, string rejected)
    {
        await using var server = await CliServer.StartAsync();
        foreach (var batch in new[] { "1", "3", "5000" })
        {
            using var summary = await FeedAsync(server, file, "--batch", batch);
            Assert.Equal(rows, summary.RootElement.GetProperty("lines").GetInt32());
            Assert.Equal(accepted, Number(summary, "accepted") + Number(summary, "duplicate"));
            Assert.Equal(rejected, Rejected(summary));
        }
    }

    [Fact]
    public async Task Workbook_with_errors_in_cells_gives_only_the_row_that_has_its_value()
    {
        await using var server = await CliServer.StartAsync();
        using var summary = await FeedAsync(server, "xlsx-error-cells/errors.xlsx");
        Assert.Equal((6, 1), (Number(summary, "lines"), Number(summary, "accepted")));
        Assert.Contains("unreadable-cell:2,unreadable-cell:3,unreadable-cell:5", Rejected(summary), StringComparison.Ordinal);
        Assert.Equal("[2,3,5,6]", summary.RootElement.GetProperty("refusedRows").GetRawText());
    }

    [Fact]
    public async Task Numbers_with_spaces_come_in_only_where_they_mean_one_thing()
    {
        await using var server = await CliServer.StartAsync();
        using var summary = await FeedAsync(server, "spaces-in-numbers/decimalcomma.csv");
        Assert.Equal(11, Number(summary, "lines"));
        Assert.Equal(11, Number(summary, "accepted") + Number(summary, "rejected"));
        var report = File.ReadAllLines(Path.Combine(server.Folder.Path, "report.ndjson"));
        Assert.Equal(Number(summary, "rejected"), report.Length);
        Assert.Contains(report, line => line.StartsWith("{\"row\":4,", StringComparison.Ordinal));
        Assert.Contains(report, line => line.StartsWith("{\"row\":5,", StringComparison.Ordinal));
        Assert.DoesNotContain(report, line => line.StartsWith("{\"row\":3,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("duplicate-header/dupheader.csv", "both named 'CF_NR_FK'")]
    [InlineData("corrupt-xlsx/badxml.xlsx", "badxml.xlsx is not a workbook: ")]
    public async Task File_that_cannot_be_read_is_refused_before_anything_is_sent(string file, string message)
    {
        await using var server = await CliServer.StartAsync();
        var run = await server.RunAsync("feed", SharedData.File(Path.Combine("faulty_files", file)), "--source", "SCJG");
        Assert.Equal(ExitCode.Invalid, run.ExitCode);
        Assert.Contains(message, run.Talk, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Names_beside_a_bad_byte_are_stored_as_written()
    {
        await using var server = await CliServer.StartAsync();
        using (await FeedAsync(server, "one-bad-byte/onebad.csv"))
        {
            var check = await server.RunAsync("check", "91990103MT00102124", "--matter", "public-funds");
            Assert.Contains("虚构甲乙丙有限公司", check.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Columns_are_said_before_anything_is_sent_and_strict_stops_at_unused_ones()
    {
        await using var server = await CliServer.StartAsync();
        var file = SharedData.File(Path.Combine("faulty_files", "unmatched-column", "misspelt.csv"));
        server.Folder.Write("a.csv", File.ReadAllBytes(file));
        var strict = await server.RunAsync("feed", "a.csv", "--source", "SCJG", "--strict");
        Assert.Equal((ExitCode.Invalid, ""), (strict.ExitCode, strict.Out));
        Assert.Contains("Nothing uses the columns CF_NR_FK(万元).", strict.Talk, StringComparison.Ordinal);
        var run = await server.RunAsync("feed", "a.csv", "--source", "SCJG");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("a.csv: UTF-8, separated by commas, mapping 'penalty-wire', header in row 1.", run.Talk, StringComparison.Ordinal);
        Assert.Contains("  used: CF_XDR_SHXYM, CF_XDR_MC, CF_WSH, CF_CFLB, CF_JDRQ, CF_CFJGDM", run.Talk, StringComparison.Ordinal);
        Assert.Contains("  unused: CF_NR_FK(万元)", run.Talk, StringComparison.Ordinal);
        Assert.Matches("  missing: .*CF_NR_FK", run.Talk);
    }

    [Fact]
    public async Task Title_above_the_header_is_hinted_at_and_passed_over_when_told()
    {
        await using var server = await CliServer.StartAsync();
        server.Folder.Write("a.csv", "企业登记清单\n\nuscc,name\n91990103MT00102124,虚构甲\n");
        var hinted = await server.RunAsync("feed", "a.csv", "--source", "SCJG");
        Assert.Equal(ExitCode.Invalid, hinted.ExitCode);
        Assert.Contains("--header-row 3", hinted.Talk, StringComparison.Ordinal);
        var fed = await server.RunAsync("feed", "a.csv", "--source", "SCJG", "--header-row", "3", "--strict");
        Assert.True(fed.ExitCode == ExitCode.Done, fed.Talk);
        Assert.Contains("1 accepted", fed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_were_not_sent_are_rejected_rows_with_strict()
    {
        await using var server = await CliServer.StartAsync();
        server.Folder.Write("a.csv", "uscc,name\n91990103MT00102124,虚构甲\nx,y,z\nx,y,z\n1,\0\n");
        var run = await server.RunAsync("feed", "a.csv", "--source", "SCJG", "--strict");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("1 accepted, 0 duplicate, 0 stale, 3 rejected", run.Out, StringComparison.Ordinal);
        Assert.Contains("rows 3-5", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("quarantine list", run.Talk, StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> FeedAsync(CliServer server, string file, params string[] options)
    {
        var path = Path.Combine(server.Folder.Path, Path.GetFileName(file));
        if (!File.Exists(path))
            File.WriteAllBytes(path, File.ReadAllBytes(SharedData.File(Path.Combine("faulty_files", file))));
        var run = await server.RunAsync(["feed", path, "--source", "SCJG", "--json", "--report", "report.ndjson", .. options]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Talk);
        return JsonDocument.Parse(run.Out);
    }

    private static int Number(JsonDocument summary, string name) => summary.RootElement.GetProperty(name).GetInt32();

    private static string Rejected(JsonDocument summary) => string.Join(',', summary.RootElement.GetProperty("examples").EnumerateArray()
        .Select(row => $"{row.GetProperty("code").GetString()}:{row.GetProperty("row").GetInt64()}"));
}
