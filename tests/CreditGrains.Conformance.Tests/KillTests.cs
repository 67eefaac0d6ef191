using System.Globalization;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// R2: the server is killed at random moments under load and started again. CREDIT_KILLS changes how often, CREDIT_SEED replays the
/// moments as far as a running machine can.
/// </summary>
[Invariant(1), Invariant(2), Invariant(3)]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int KillsOfFile = 20;
    private const int KillsOfPostgres = 50;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Server_killed_under_load_loses_nothing_acknowledged_and_applies_nothing_twice(string kind)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        var kills = Number("CREDIT_KILLS") ?? (kind == StoreUnderTest.Sqlite ? KillsOfFile : KillsOfPostgres);
        var seed = Number("CREDIT_SEED") ?? Random.Shared.Next();
        output.WriteLine($"CREDIT_SEED={seed} CREDIT_KILLS={kills}");
        var random = new Random(seed);
        var departments = new Departments(senders: 5, subjects: 90 * kills, seed: (ulong)seed, batchLines: 20);
        for (var kill = 1; kill <= kills; kill++)
        {
            if (random.Next(5) == 0)
                await KillWhileStartingAsync(store, random);
            await using var server = await ServerProcess.StartAsync(_data, store.Options);
            using var caller = new Caller(server.Address, _data);
            await new SubjectAudit(caller).HoldAsync(departments.TakeTouched(), departments.AcknowledgedOf);
            await FeedUntilKilledAsync(server, caller, departments, random);
        }

        await using var last = await ServerProcess.StartAsync(_data, store.Options);
        using var auditor = new Caller(last.Address, _data);
        var events = await new SubjectAudit(auditor).HoldAllAsync(departments);
        Assert.Empty(departments.Refusals);
        Assert.False(departments.AreDone, "the senders ran dry: some kills met no load");
        Assert.True(departments.AcknowledgedCount > kills * 20, $"only {departments.AcknowledgedCount} events were acknowledged");
        output.WriteLine($"{kills} kills, {departments.AcknowledgedCount} events acknowledged, {events} in the journal");
    }

    /// <summary>The kill comes a random number of answers, and then up to some milliseconds, after the load has begun.</summary>
    private static async Task FeedUntilKilledAsync(ServerProcess server, Caller caller, Departments departments, Random random)
    {
        var answersLeft = random.Next(1, 60);
        var lateMs = random.Next(0, 25);
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

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
