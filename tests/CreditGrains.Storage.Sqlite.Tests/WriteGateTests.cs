using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>The turns of those that write to one file.</summary>
public sealed class WriteGateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journal_writes_pass_waiting_write_backs_but_do_not_starve_them()
    {
        var gate = new WriteGate();
        var turns = new List<string>();
        await gate.EnterAsync(WriteLane.Other, Cancellation);
        var waiting = new List<Task>();
        for (var i = 0; i < 3; i++)
            waiting.Add(TakeTurnAsync(gate, WriteLane.Other, turns));
        for (var i = 0; i < 20; i++)
            waiting.Add(TakeTurnAsync(gate, WriteLane.Journal, turns));
        gate.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(
            "JJJJJJJJOJJJJJJJJOJJJJO",
            string.Concat(turns.Select(turn => turn[0])));
    }

    [Fact]
    public async Task Gate_cancelled_while_waiting_lets_the_next_one_in()
    {
        var gate = new WriteGate();
        await gate.EnterAsync(WriteLane.Journal, Cancellation);
        using var source = new CancellationTokenSource();
        var cancelled = gate.EnterAsync(WriteLane.Journal, source.Token);
        var next = gate.EnterAsync(WriteLane.Other, Cancellation);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Leave();
        await next;
    }

    private static async Task TakeTurnAsync(WriteGate gate, WriteLane lane, List<string> turns)
    {
        await gate.EnterAsync(lane, CancellationToken.None);
        turns.Add(lane.ToString());
        gate.Leave();
    }
}
