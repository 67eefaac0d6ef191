using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit watch</c>, <c>credit audit head</c> and <c>credit measures tasks</c> against a real server.</summary>
public sealed class SupervisionCommandTests
{
    private const string Measure = "restrict-public-funds";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_are_watched_from_a_place_and_on_from_where_it_ended_and_a_place_that_is_pruned_is_named()
    {
        await using var server = await CliServer.StartAsync();
        var begin = CursorOf(await server.RunAsync("watch", "--once"));
        var subject = await FeedListedAsync(server);
        var watched = await server.RunAsync("watch", "--after", "first", "--once");
        Assert.True(watched.ExitCode == ExitCode.Done, watched.Talk);
        Assert.Contains($"{subject}  grade", watched.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("list.entered", watched.Out, StringComparison.Ordinal);

        // Types by their short names, as objects, from the place before.
        var entered = await server.RunAsync("watch", "--after", begin, "--types", "list.entered,list.left", "--once", "--json");
        using var change = JsonDocument.Parse(entered.Out);
        Assert.Equal(
            ("creditgrains.subject.list.entered", subject),
            (change.RootElement.GetProperty("type").GetString(), change.RootElement.GetProperty("subject").GetString()));
        var rest = await server.RunAsync("watch", "--after", CursorOf(entered), "--types", "*", "--once");
        Assert.Equal((ExitCode.Done, ""), (rest.ExitCode, rest.Out));

        await RefusedAsync("malformed-cursor", "--after", "nonsense");
        await RefusedAsync("invalid-parameter", "--types", "weather");

        // Changes written back later are kept; the first are not, and a reader that goes on from before them is told.
        server.Folder.Write("later.ndjson", Invented.Penalty(subject, "P-1") + "\n");
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "later.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        await server.Engine.FlushAsync();
        await PruneAsync(server);
        await RefusedAsync("cursor-expired", "--after", begin);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("watch", "--after", "first", "--once")).ExitCode);

        async Task RefusedAsync(string code, params string[] args)
        {
            var refused = await server.RunAsync(["watch", "--once", .. args]);
            Assert.Equal((ExitCode.Failed, ""), (refused.ExitCode, refused.Out));
            Assert.Contains(code, refused.Talk, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Watching_client_that_is_overtaken_by_pruning_is_told_by_name_also_when_it_resumes_with_its_cursor()
    {
        await using var server = await CliServer.StartAsync();
        server.Folder.Write(
            "many.ndjson", string.Join('\n', Enumerable.Range(0, 450).Select(_ => Invented.Registration(Invented.Code()))));
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "many.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        await server.Engine.FlushAsync();
        var token = (await server.RunAsync("token", "--roles", "operator")).Out.Trim();
        using var http = new HttpClient();
        var client = new CreditClient(
            http, new CreditClientOptions { Address = server.Address, Token = _ => ValueTask.FromResult<string?>(token) });
        var pages = new List<ChangePage>();

        // The first page is read; the rest of the outbox but its end is taken out while the reader works it off.
        var overtaken = await Assert.ThrowsAsync<CreditProblemException>(async () =>
        {
            await foreach (var page in client.WatchAsync(null, cancellation: Cancellation))
            {
                pages.Add(page);
                await PruneAsync(server);
            }
        });
        Assert.Equal("cursor-expired", overtaken.Code);
        Assert.NotEmpty(Assert.Single(pages).Items);
        var resumed = await Assert.ThrowsAsync<CreditProblemException>(() =>
            client.ChangesAsync(pages[0].Cursor, cancellation: Cancellation));
        Assert.Equal((410, "cursor-expired"), ((int)resumed.Status, resumed.Code));
        Assert.NotEmpty((await client.ChangesAsync(null, cancellation: Cancellation)).Items);
    }

    [Fact]
    public async Task Signed_end_of_the_access_log_is_kept_in_a_file_and_proves_the_log_up_to_it()
    {
        await using var server = await CliServer.StartAsync();
        var subject = await FeedListedAsync(server);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("check", subject, "--matter", "public-funds")).ExitCode);
        var written = await server.RunAsync("audit", "head", "--out", "head.json");
        Assert.True(written.ExitCode == ExitCode.Done, written.Talk);
        Assert.Contains("credit audit verify --head head.json", written.Talk, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(Path.Combine(server.Folder.Path, "head.json"), Cancellation);
        var head = AccessLogHeadFile.Parse(text)!;
        Assert.True(head.Number > 0);
        Assert.Equal(head.Number, AccessLogHeadFile.Parse((await server.RunAsync("audit", "head")).Out)!.Number);

        var proved = await server.RunAsync("audit", "verify", "--head", "head.json");
        Assert.Equal(ExitCode.Done, proved.ExitCode);
        Assert.Contains($"up to entry {head.Number} as signed on", proved.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("report", "keys", "--out", "keys.json")).ExitCode);
        var offline = await server.RunAsync("audit", "verify", "--head", "head.json", "--keys", "keys.json", "--offline");
        Assert.StartsWith($"SIGNED  entry {head.Number}", offline.Out, StringComparison.Ordinal);

        // One that says another hash is not signed, and proves nothing.
        server.Folder.Write("other.json", text.Replace(head.Hash, new string('0', head.Hash.Length), StringComparison.Ordinal));
        foreach (var args in new[] { ["--head", "other.json"], new[] { "--head", "other.json", "--keys", "keys.json", "--offline" } })
        {
            var refused = await server.RunAsync(["audit", "verify", .. args]);
            Assert.Equal(ExitCode.Failed, refused.ExitCode);
            Assert.Contains("NOT SIGNED", refused.Out, StringComparison.Ordinal);
        }

        // A store of an earlier moment, as a restore brings it back, or another one.
        await using (var shorter = await CliServer.StartAsync())
        {
            shorter.Folder.Write("head.json", text);
            shorter.Folder.Write("keys.json", await File.ReadAllTextAsync(Path.Combine(server.Folder.Path, "keys.json"), Cancellation));
            var lost = await shorter.RunAsync("audit", "verify", "--head", "head.json", "--keys", "keys.json");
            Assert.Equal(ExitCode.Failed, lost.ExitCode);
            Assert.Contains($"signed at entry {head.Number}. After a restore", lost.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("CHANGED", lost.Out, StringComparison.Ordinal);
        }

        var none = await server.RunAsync("audit", "head", "--date", "2020-01-01", "--out", "none.json");
        Assert.Equal(ExitCode.Failed, none.ExitCode);
        Assert.Contains("unknown-access-log-head", none.Talk, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(server.Folder.Path, "none.json")));
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("audit", "verify", "--head", "keys.json")).ExitCode);
    }

    [Fact]
    public async Task Measure_is_to_be_applied_until_its_implementer_says_that_it_is_done()
    {
        await using var server = await CliServer.StartAsync();
        var subject = await FeedListedAsync(server);
        await server.Engine.MeasureTasks.TakeOverAsync(Cancellation);
        var listed = await server.RunAsync("measures", "tasks");
        Assert.Contains($"apply  {Measure}  {subject}  ", listed.Out, StringComparison.Ordinal);
        var count = listed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.Contains($"{count} measures to apply or lift.", listed.Talk, StringComparison.Ordinal);
        var nobody = await server.RunAsync("measures", "tasks", "--implementer", "nobody");
        Assert.Equal((ExitCode.Done, ""), (nobody.ExitCode, nobody.Out));
        Assert.Contains("0 measures to apply or lift.", nobody.Talk, StringComparison.Ordinal);

        var task = (await server.RunAsync("measures", "tasks", "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Single(each => each.GetProperty("measure").GetString() == Measure);
        var number = task.GetProperty("task").GetString()!;
        Assert.StartsWith("MT-", number, StringComparison.Ordinal);
        var done = await server.RunAsync("measures", "done", number, "--note", "已停止拨付");
        Assert.True(done.ExitCode == ExitCode.Done, done.Talk);
        Assert.Contains(number, done.Out, StringComparison.Ordinal);
        var again = await server.RunAsync("measures", "done", number);
        Assert.Equal(ExitCode.Failed, again.ExitCode);
        Assert.Contains("task-done", again.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain(number, (await server.RunAsync("measures", "tasks")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_list_and_its_audit_are_given_as_objects_too()
    {
        await using var server = await CliServer.StartAsync();
        var subject = await FeedListedAsync(server);
        using var list = JsonDocument.Parse((await server.RunAsync("measures", "list", "--json")).Out);
        var measure = list.RootElement.GetProperty("items").EnumerateArray()
            .Single(each => each.GetProperty("measure").GetString() == Measure);
        Assert.Equal(("restraint", true), (measure.GetProperty("class").GetString(), measure.GetProperty("mandatory").GetBoolean()));
        var audited = await server.RunAsync("measures", "audit", "--measure", Measure, "--json");
        using var item = JsonDocument.Parse(audited.Out);
        Assert.Equal(
            (subject, Measure, "L-1"),
            (item.RootElement.GetProperty("subject").GetString(), item.RootElement.GetProperty("measure").GetString(),
                item.RootElement.GetProperty("cause").GetProperty("id").GetString()));
        Assert.Contains("1 measures in force on", audited.Talk, StringComparison.Ordinal);
    }

    /// <summary>One organisation with an entry in a list that causes a restraint, written back.</summary>
    private static async Task<string> FeedListedAsync(CliServer server)
    {
        var subject = Invented.Code();
        server.Folder.Write("listed.ndjson", $"{Invented.Registration(subject)}\n{Invented.ListEntry(subject, "L-1")}\n");
        var fed = await server.RunAsync("feed", "listed.ndjson", "--source", "SCJG", "--strict");
        Assert.True(fed.ExitCode == ExitCode.Done, fed.Talk);
        await server.Engine.FlushAsync();
        return subject;
    }

    /// <summary>Keeps the end of each shard's outbox.</summary>
    private static async Task PruneAsync(CliServer server)
    {
        var (outbox, pruned) = (server.Engine.Store.Subjects, 0);
        foreach (var (shard, head) in (await outbox.ChangeHeadsAsync(Cancellation)).Index())
            pruned += await outbox.PruneChangesAsync(shard, head, 1000, Cancellation);
        Assert.True(pruned > 0, "there was nothing to prune");
    }

    private static string CursorOf(CliResult watched) => watched.Talk.Trim().Split(' ')[^1];
}
