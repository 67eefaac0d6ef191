using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// R2: the server is killed at random moments under load and started again. Half of the kills come while it commits, each third is
/// preceded by one while it starts, and each start goes on from what the last kill left. CREDIT_KILLS changes how often (the campaign: 50),
/// CREDIT_SEED replays the moments as far as a running machine can.
/// </summary>
[Invariant(1), Invariant(2), Invariant(3)]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 6;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Server_killed_under_load_loses_nothing_acknowledged_and_applies_nothing_twice(string kind)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        var kills = TestVariable.Number("CREDIT_KILLS") ?? Kills;
        var seed = TestVariable.Seed(output);
        var random = new Random(seed);
        var departments = new Departments(senders: 5, subjects: 300 + (90 * kills), seed: (ulong)seed, batchLines: 20);
        for (var kill = 1; kill <= kills; kill++)
        {
            if (kill % 3 == 2)
                await KillWhileStartingAsync(store, random);
            await using var server = await ServerProcess.StartAsync(_data, store.Options);
            using var caller = new Caller(server.Address, _data);
            await new SubjectAudit(caller).HoldAsync(departments.TakeTouched(), departments.AcknowledgedOf);
            await FeedUntilKilledAsync(server, caller, departments, random, lateMsMax: kill % 2 == 0 ? 0 : 25);
        }

        await using var last = await ServerProcess.StartAsync(_data, store.Options);
        using var auditor = new Caller(last.Address, _data);
        var events = await new SubjectAudit(auditor).HoldAllAsync(departments);
        Assert.Empty(departments.Refusals);
        Assert.False(departments.AreDone, "the senders ran dry: some kills met no load");
        Assert.True(departments.AcknowledgedCount > kills * 20, $"only {departments.AcknowledgedCount} events were acknowledged");
        output.WriteLine($"{kills} kills, {departments.AcknowledgedCount} events acknowledged, {events} in the journal");
    }

    /// <summary>
    /// The kill comes a random number of answers after the load has begun: with the answer, while the next lines are being committed, or up
    /// to some milliseconds later, while rows are being written back.
    /// </summary>
    private static async Task FeedUntilKilledAsync(
        ServerProcess server, Caller caller, Departments departments, Random random, int lateMsMax)
    {
        var answersLeft = random.Next(1, 60);
        var lateMs = random.Next(0, lateMsMax + 1);
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var load = departments.RunAsync(caller, () =>
        {
            if (Interlocked.Decrement(ref answersLeft) == 0)
                due.SetResult();
            return true;
        });
        await Task.WhenAny(due.Task, load);
        await Task.Delay(lateMs);
        await server.KillAsync();
        await load;
    }

    /// <summary>A kill in the middle of recovery: the next start must still find everything.</summary>
    private async Task KillWhileStartingAsync(StoreUnderTest store, Random random)
    {
        await using var server = ServerProcess.Launch(_data, store.Options);
        await Task.Delay(random.Next(100, 700));
        await server.KillAsync();
    }
}
