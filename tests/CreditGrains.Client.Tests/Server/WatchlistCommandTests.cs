using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit watchlist</c> against a real server.</summary>
public sealed class WatchlistCommandTests
{
    [Fact]
    public async Task Watchlist_is_made_of_a_file_read_changed_and_deleted()
    {
        await using var server = await CliServer.StartAsync();
        var subject = Invented.Code();
        server.Folder.Write("codes.txt", $"\n {subject} \n");
        server.Folder.Write("feed.ndjson", Invented.Registration(subject) + "\n" + Invented.ListEntry(subject, "L-1"));
        var made = await server.RunAsync("watchlist", "create", "--name", "suppliers", "--file", "codes.txt", "--types", "*", "--json");
        Assert.Equal(ExitCode.Done, made.ExitCode);
        var id = JsonDocument.Parse(made.Out).RootElement.GetProperty("id").GetString()!;
        var fed = await server.RunAsync("feed", "feed.ndjson", "--source", "SCJG");
        Assert.True(fed.ExitCode == ExitCode.Done, fed.Talk);
        var changes = await server.RunAsync("watchlist", "changes", id);
        for (var i = 0; !changes.Out.Contains("list.entered", StringComparison.Ordinal) && i < 500; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            changes = await server.RunAsync("watchlist", "changes", id);
        }

        Assert.Contains($"{subject}  list.entered", changes.Out, StringComparison.Ordinal);
        Assert.Contains("--after C", changes.Talk, StringComparison.Ordinal);

        var replaced = await server.RunAsync("watchlist", "replace", id, "--name", "in the red", "--grades", "C,D", "--daily");
        Assert.Equal($"{id}  daily    grade=C,D  in the red", replaced.Out.Trim());
        Assert.Equal(replaced.Out, (await server.RunAsync("watchlist", "list")).Out);
        Assert.Equal(replaced.Out, (await server.RunAsync("watchlist", "show", id)).Out);
        Assert.Equal("", (await server.RunAsync("watchlist", "digests", id)).Out);
        Assert.Contains("unknown-digest", (await server.RunAsync("watchlist", "digest", id, "2026-01-01")).Talk, StringComparison.Ordinal);
        Assert.Equal(
            ExitCode.Invalid, (await server.RunAsync("watchlist", "create", "--name", "a", "--file", "missing.txt")).ExitCode);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("watchlist", "delete", id)).ExitCode);
        Assert.Equal("", (await server.RunAsync("watchlist", "list")).Out);
    }
}
