using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit retention</c> against a real server: counted by one, carried out by another.</summary>
public sealed class RetentionCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Count_of_another_person_is_carried_out_and_ones_own_is_not()
    {
        await using var server = await CliServer.StartAsync();
        var subject = Invented.Code();
        server.Folder.Write(
            "old.ndjson", Invented.Registration(subject) + "\n" + Invented.Penalty(subject, "P-1", decidedOn: "2015-03-02") + "\n");
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "old.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        await server.Engine.FlushAsync();

        var own = await server.RunAsync("retention", "count", "--reason", "month end", "--watch");
        Assert.True(own.ExitCode == ExitCode.Done, own.Talk);
        Assert.Contains("1 due, 0 destroyed", own.Out, StringComparison.Ordinal);
        Assert.Matches("penalty +1 due since 2020-03-02 +0 destroyed  kept 5 years from its date", own.Out);
        var id = own.Out.Split(' ')[0];
        Assert.Contains($"credit retention carry-out {id} --confirm 1", own.Talk, StringComparison.Ordinal);
        var refused = await server.RunAsync("retention", "carry-out", id, "--confirm", "1", "--reason", "r");
        Assert.Equal(ExitCode.NotAllowed, refused.ExitCode);
        Assert.Contains("retention-needs-second-person", refused.Talk, StringComparison.Ordinal);

        await server.Engine.Retention.CountAsync("RT-ADA", "ada", "month end", Cancellation);
        await server.Engine.Retention.Jobs.WaitAsync("RT-ADA");
        var wrong = await server.RunAsync("retention", "carry-out", "RT-ADA", "--confirm", "2", "--reason", "r");
        Assert.Contains("retention-not-counted", wrong.Talk, StringComparison.Ordinal);
        var carried = await server.RunAsync("retention", "carry-out", "RT-ADA", "--confirm", "1", "--reason", "month end", "--watch");
        Assert.True(carried.ExitCode == ExitCode.Done, carried.Talk);
        Assert.Contains("1 due, 1 destroyed  of RT-ADA", carried.Out, StringComparison.Ordinal);

        var list = (await server.RunAsync("retention", "list")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["destroy", "count", "count"], list.Select(line => line.Split("  ")[1].Trim()));
        var shown = (await server.RunAsync("retention", "show", "RT-ADA", "--json")).Out.Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("\"dryRun\":true", shown, StringComparison.Ordinal);
        Assert.Contains(
            "unknown-retention-run", (await server.RunAsync("retention", "show", "RT-9")).Talk, StringComparison.Ordinal);
    }
}
