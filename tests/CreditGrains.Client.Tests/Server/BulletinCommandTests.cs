using System.Globalization;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit bulletin</c> against a real server.</summary>
public sealed class BulletinCommandTests
{
    [Fact]
    public async Task Bulletin_is_listed_shown_read_row_by_row_and_refused_before_its_month_is_over()
    {
        await using var server = await CliServer.StartAsync();
        var month = server.Engine.Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var subject = Invented.Code();
        server.Folder.Write("penalties.ndjson", Invented.Penalty(subject, "P-1", decidedOn: "2025-01-06") + "\n");
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "penalties.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        var counted = await server.RunAsync(
            "bulletin", "count", month, "--source", "SCJG", "--kind", "penalty", "--decisions", "3", "--note", "案管系统");
        Assert.True(counted.ExitCode == ExitCode.Done, counted.Talk);
        Assert.Equal("penalty  3", counted.Out.Trim());
        var run = await server.Engine.Bulletins.StartAsync("tests", TestContext.Current.CancellationToken);
        await server.Engine.Bulletins.Jobs.WaitAsync(run!.Id);

        Assert.StartsWith($"{month}  open  reporting 0.00 % (0/3)", (await server.RunAsync("bulletin", "list")).Out.Split('\n')
            .First(line => line.StartsWith(month, StringComparison.Ordinal)), StringComparison.Ordinal);
        var shown = await server.RunAsync("bulletin", "show", month);
        Assert.Contains("SCJG  reporting 0.00 % (0/3)", shown.Out, StringComparison.Ordinal);
        Assert.Contains("is open", shown.Talk, StringComparison.Ordinal);
        var rows = await server.RunAsync("bulletin", "rows", month, "--source", "SCJG", "--class", "late");
        Assert.Contains("late  P-1  penalty", rows.Out, StringComparison.Ordinal);
        var refused = await server.RunAsync("bulletin", "issue", month, "--reason", "按月通报");
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains("bulletin-not-over", refused.Talk, StringComparison.Ordinal);
    }
}
