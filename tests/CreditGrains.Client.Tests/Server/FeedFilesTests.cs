using CreditGrains.Development;
using System.Text;
using System.Text.Json;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client.Tests.Feeding;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Client.Tests.Server;

public sealed class FeedFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feed_of_100_001_registrations_accepts_all_but_the_4_unusable_codes()
    {
        var file = SharedData.File(Path.Combine("cn_enterprises_uscc", "enterprises_dev.csv"));
        await using var server = await CliServer.StartAsync();
        var copy = Path.Combine(server.Folder.Path, "enterprises.csv");
        File.Copy(file, copy);
        using var summary = await FeedAsync(server, copy);
        Assert.Equal((100_001, 99_997, 4), Counts(summary));
        Assert.Equal("""{"uscc-organisation-check-digit":4}""", summary.RootElement.GetProperty("codes").GetRawText());
        Assert.Equal("enterprises-cn", summary.RootElement.GetProperty("mapping").GetString());
    }

    [Fact]
    public async Task Feed_of_codes_that_carry_several_names_keeps_the_first_and_quarantines_the_others()
    {
        var file = SharedData.File(Path.Combine("cn_enterprises_uscc", "same_code_conflicts.csv"));
        await using var server = await CliServer.StartAsync();
        var copy = Path.Combine(server.Folder.Path, "conflicts.csv");
        File.Copy(file, copy);
        using var summary = await FeedAsync(server, copy);
        Assert.Equal((66, 33, 33), Counts(summary));
        Assert.Equal("""{"revision-conflict":33}""", summary.RootElement.GetProperty("codes").GetRawText());
    }

    [Fact]
    public async Task Feed_of_2_043_codes_as_people_type_them_accepts_those_that_normalise_and_says_why_not_the_others()
    {
        var file = SharedData.File(Path.Combine("cn_enterprises_uscc", "dirty_codes_dev.csv"));
        await using var server = await CliServer.StartAsync();
        var copy = Path.Combine(server.Folder.Path, "dirty.csv");
        File.WriteAllText(copy, File.ReadAllText(file).Replace("code_raw,", "uscc,", StringComparison.Ordinal));
        using var summary = await FeedAsync(server, copy);

        // The 99 are right but for lower case or separators; 1,915 are older registration numbers, 29 have a wrong check digit.
        Assert.Equal((2043, 99, 1944), Counts(summary));
        Assert.Equal("""{"uscc-check-digit":29,"uscc-length":1915}""", summary.RootElement.GetProperty("codes").GetRawText());
    }

    [Fact]
    public async Task Feed_under_a_second_jurisdiction_takes_its_dates_amounts_and_identifiers()
    {
        var file = SharedData.File(Path.Combine("tw_fsc_penalties", "fsc_penalties_dev.csv"));
        await using var server = await CliServer.StartAsync(Repository.Rulebook("tw-fsc"));
        var copy = Path.Combine(server.Folder.Path, "fsc.csv");
        File.Copy(file, copy);
        using var summary = await FeedAsync(server, copy);

        // 93 rows have no identifier and 16 no date; one date is not in the form, and one decision is listed twice.
        Assert.Equal((249, 138, 111), Counts(summary));
        Assert.Equal("""{"duplicate-record":1,"required":109,"wrong-type":1}""", summary.RootElement.GetProperty("codes").GetRawText());
        var explained = await server.RunAsync("explain", "79854797", "--as-of", "2012-03-01");
        Assert.Contains("201202080003", explained.Out, StringComparison.Ordinal);
    }

    /// <summary>The way back after a wrong file: of its lines only those that name a record are sent, and none of them reports.</summary>
    [Fact]
    public async Task Wrong_file_is_taken_back_record_by_record_and_reports_nothing()
    {
        await using var server = await CliServer.StartAsync();
        var generated = await server.RunAsync("generate", "--subjects", "20", "--seed", "7", "--out", "wrong.ndjson");
        Assert.Equal(ExitCode.Done, generated.ExitCode);
        var file = Path.Combine(server.Folder.Path, "wrong.ndjson");
        var lines = File.ReadAllLines(file).Where(line => line.Contains("\"kind\":\"registration\"", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(lines);
        File.WriteAllLines(file, lines);
        using var fed = await FeedAsync(server, file);
        Assert.True(Counts(fed).Accepted > 10);
        Assert.NotNull(await DescriptionAsync(server, lines[0]));

        // One more line than was reported, which names no record: sent as it stands it would be judged as a report.
        var more = lines.Append("""{"id":"new","op":"put","subject":"91110105MA00003490","kind":"registration","data":{}}""");
        File.WriteAllLines(file, more);
        using var withdrawn = JsonDocument.Parse(
            (await server.RunAsync("feed", file, "--source", "SCJG", "--withdraw", "--json")).Out);
        Assert.True(Counts(withdrawn).Accepted > 10);
        Assert.Equal(1, withdrawn.RootElement.GetProperty("codes").GetProperty("malformed-row").GetInt32());
        foreach (var line in lines)
            Assert.Null(await DescriptionAsync(server, line));

        // Again: nothing is new. And what is reported once more in its old revision stays taken back.
        using var again = JsonDocument.Parse((await server.RunAsync("feed", file, "--source", "SCJG", "--withdraw", "--json")).Out);
        Assert.Equal(0, again.RootElement.GetProperty("accepted").GetInt32());
        File.WriteAllLines(file, lines);
        using var late = JsonDocument.Parse((await server.RunAsync("feed", file, "--source", "SCJG", "--json")).Out);
        Assert.Equal(0, late.RootElement.GetProperty("accepted").GetInt32());
    }

    /// <summary>Description by the registration that a line is about; null while there is none.</summary>
    private static async Task<SubjectDescription?> DescriptionAsync(CliServer server, string line)
    {
        var subject = new SubjectId(line.Split("\"subject\":\"")[1].Split('"')[0]);
        var view = await server.Engine.Subjects.FindAsync(
            subject, CreditGrains.Engine.Subjects.Consistency.Latest, Cancellation);
        return view?.Description;
    }

    [Fact]
    public async Task Xlsx_is_fed_by_the_mapping_named()
    {
        await using var server = await CliServer.StartAsync();
        server.Folder.Write("双公示.xlsx", Workbook.Of(("处罚",
        [
            ["CF_XDR_SHXYM", "CF_WSH", "CF_CFLB", "CF_NR_FK", "CF_JDRQ", "CF_CFJGDM"],
            ["91990101MX00000190", "虚罚〔2026〕1号", "警告;罚款", 2.5, new DateOnly(2026, 3, 4), "11990100MX0000019R"],
            ["91990101MX00000191", "虚罚〔2026〕2号", "罚款", 2, new DateOnly(2026, 3, 4), "11990100MX0000019R"],
        ])));
        var run = await server.RunAsync("feed", "双公示.xlsx", "--source", "SCJG", "--mapping", "penalty-wire", "--sheet", "处罚");
        Assert.True(run.ExitCode == ExitCode.Done, run.Talk);
        Assert.Contains("2 lines", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 accepted, 0 duplicate, 0 stale, 1 rejected", run.Out, StringComparison.Ordinal);
        Assert.Contains("row 3", run.Out, StringComparison.Ordinal);
        Assert.Contains("credit quarantine list --source SCJG", run.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events.ndjson")]
    [InlineData("rows.csv")]
    public async Task Feed_that_was_interrupted_goes_on_after_what_was_confirmed(string name)
    {
        const int Rows = 1000;
        await using var server = await CliServer.StartAsync();
        var events = name.EndsWith(".ndjson", StringComparison.Ordinal);
        var path = server.Folder.Write(name, events
            ? (await server.RunAsync("generate", "--subjects", "150", "--end", "2026-11-20")).Out
            : "uscc,name,region,industry,registered_date,type,status,registered_capital_raw\n" + string.Concat(
                new Development.Synthetic.SyntheticFeed(new()
                {
                    EndDate = new(2026, 1,
                    1)
                }).SubjectCodes(Rows).Select(code => $"{code},虚构甲,,,,,,\n")));
        var lines = File.ReadLines(path).Count() - (events ? 0 : 1);

        // The connection breaks for good after three batches.
        using var issuer = DevelopmentIssuer.Open(server.Data);
        var token = issuer.Issue(["source"], "DEMO", null, null, TimeSpan.FromHours(1));
        using var breaking = new HttpClient(new Breaking(requests: 3));
        var client = new CreditClient(breaking, new CreditClientOptions
        {
            Address = server.Address,
            RetryMax = TimeSpan.Zero,
            Token = _ => ValueTask.FromResult<string?>(token),
        });
        var rules = RulebookSource.OfFolder(Repository.Rulebook("cn-district"));
        IFeedFile file = events
            ? new NdjsonFile(path, TextEncoding.Of(path))
            : new RowFile(new CsvTable(path, TextEncoding.Of(path)),
                new(rules.Mappings["enterprises-cn"], rules.Kinds["registration"]), anyOrder: false);
        var progress = FeedProgress.Begin(path, "DEMO", events ? null : "enterprises-cn");
        await Assert.ThrowsAsync<HttpRequestException>(() => new FeedRun(client, "DEMO", file, progress).SendAsync(100, null,
            Cancellation));
        Assert.True(FeedProgress.Exists(path));

        var resumed = await server.RunAsync("feed", name, "--source", "DEMO", "--batch", "100", "--resume", "--json");
        Assert.True(resumed.ExitCode == ExitCode.Done, resumed.Talk);
        using var summary = JsonDocument.Parse(resumed.Out);
        var after = summary.RootElement.GetProperty("resumedAfterRow").GetInt64();
        Assert.InRange(after, 300, 301);
        Assert.Equal(lines - 300, summary.RootElement.GetProperty("lines").GetInt64());
        Assert.False(FeedProgress.Exists(path));

        // Nothing was left out: everything is known by now.
        using var again = await FeedAsync(server, path, "DEMO");
        Assert.Equal(0, again.RootElement.GetProperty("accepted").GetInt64());
    }

    [Fact]
    public async Task Resume_of_a_file_that_was_changed_since_is_refused()
    {
        await using var server = await CliServer.StartAsync();
        var path = server.Folder.Write("a.ndjson", "{}\n{}\n");
        FeedProgress.Begin(path, "DEMO", null).Confirm(new FeedPlace(1, 3));
        File.AppendAllText(path, "{}\n");
        var refused = await server.RunAsync("feed", "a.ndjson", "--source", "DEMO", "--resume");
        Assert.Equal(ExitCode.Invalid, refused.ExitCode);
        Assert.Contains("without --resume", refused.Talk, StringComparison.Ordinal);
        var anew = await server.RunAsync("feed", "a.ndjson", "--source", "DEMO");
        Assert.Contains("3 lines", anew.Out, StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> FeedAsync(CliServer server, string path, string source = "SCJG")
    {
        var run = await server.RunAsync("feed", path, "--source", source, "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Talk);
        return JsonDocument.Parse(run.Out);
    }

    private static (long Lines, long Accepted, long Rejected) Counts(JsonDocument summary) => (
        summary.RootElement.GetProperty("lines").GetInt64(), summary.RootElement.GetProperty("accepted").GetInt64(),
        summary.RootElement.GetProperty("rejected").GetInt64());

    /// <summary>Lets some requests through, one at a time, and then breaks every connection.</summary>
    private sealed class Breaking(int requests) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _left = requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _left) >= 0 ? base.SendAsync(request, cancellationToken) : throw new HttpRequestException("broken");
    }
}
