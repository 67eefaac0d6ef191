using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Postgres;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// R3: PostgreSQL itself is restarted and killed while a real server takes events in. The server stays up and goes on by itself.
/// </summary>
public sealed class DatabaseTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-database-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Server_whose_database_is_restarted_and_killed_loses_nothing_acknowledged_and_applies_nothing_twice()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        await using var postgres = await ThrowAwayPostgres.StartAsync();
        Assert.SkipUnless(postgres.CanRestart, "needs a PostgreSQL server of this process's own");
        string[] options = ["--store", "postgres", "--connection", await postgres.CreateDatabaseAsync()];
        await using var server = await ServerProcess.StartAsync(_data, options);
        using var caller = new Caller(server.Address, _data);
        var departments = new Departments(senders: 5, subjects: 3_000, seed: 11, batchLines: 20);
        foreach (var mode in (StopMode[])[StopMode.Fast, StopMode.Immediate, StopMode.Kill, StopMode.Immediate])
        {
            var goesOn = true;
            var load = LoadAsync(departments, caller, () => Volatile.Read(ref goesOn));
            await Task.Delay(400, TestContext.Current.CancellationToken);
            await postgres.RestartAsync(mode);
            var acknowledged = departments.AcknowledgedCount;
            for (var waited = 0; departments.AcknowledgedCount < acknowledged + 100 && waited < 400; waited++)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            Volatile.Write(ref goesOn, false);
            await load;
            Assert.True(departments.AcknowledgedCount >= acknowledged + 100, $"no events were taken in any more after {mode}");
            await new SubjectAudit(caller).HoldAsync(departments.TakeTouched(), departments.AcknowledgedOf);
        }

        // While it was down, feeds were refused, and as what it was.
        Assert.All(departments.Refusals, answer => Assert.Equal((503, "store-unavailable"), (answer.Status, answer.Code)));
        Assert.Empty(departments.BrokenOff);
        var events = await new SubjectAudit(caller).HoldAllAsync(departments);
        Assert.Equal(0, await server.TerminateAsync());
        output.WriteLine(
            $"{departments.AcknowledgedCount} events acknowledged, {departments.Refusals.Count()} refusals, {events} in the journal");
    }

    [Fact]
    public async Task Server_whose_database_is_down_stays_ready_and_tells_since_when_it_has_been()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        await using var postgres = await ThrowAwayPostgres.StartAsync();
        Assert.SkipUnless(postgres.CanRestart, "needs a PostgreSQL server of this process's own");
        await using var server = await ServerProcess.StartAsync(
            _data, "--store", "postgres", "--connection", await postgres.CreateDatabaseAsync());
        using var caller = new Caller(server.Address, _data);
        Assert.False((await caller.GetAsync("/readyz")).Success.TryGetProperty("storeSilentSince", out _));
        Assert.Contains("creditgrains_store_silence_seconds 0\n", await MetricsAsync(caller), StringComparison.Ordinal);

        var began = DateTimeOffset.UtcNow;
        await postgres.StopAsync(StopMode.Fast);
        Assert.InRange(await ReadyUntilAsync(caller, isSilent: true), began.AddSeconds(-2), DateTimeOffset.UtcNow);
        Assert.DoesNotContain("creditgrains_store_silence_seconds 0\n", await MetricsAsync(caller), StringComparison.Ordinal);
        Assert.Equal("store-unavailable", (await caller.GetAsync("/statusz")).Code);

        await postgres.StartAgainAsync();
        await ReadyUntilAsync(caller, isSilent: false);
        Assert.Contains("creditgrains_store_silence_seconds 0\n", await MetricsAsync(caller), StringComparison.Ordinal);
        Assert.Equal(0, await server.TerminateAsync());
    }

    private static async Task<string> MetricsAsync(Caller caller) =>
        (await caller.GetAsync("/metrics")).Text.Replace("{}", "", StringComparison.Ordinal);

    /// <summary>Asks until the store is silent, or no more; the node is ready all the while.</summary>
    private static async Task<DateTimeOffset> ReadyUntilAsync(Caller caller, bool isSilent)
    {
        for (var waited = 0; waited < 300; waited++)
        {
            var answer = (await caller.GetAsync("/readyz")).Success;
            Assert.True(answer.GetProperty("ready").GetBoolean());
            if (answer.TryGetProperty("storeSilentSince", out var since) == isSilent)
                return isSilent ? since.GetDateTimeOffset() : default;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"after half a minute the store is {(isSilent ? "not silent" : "silent still")}");
        return default;
    }

    /// <summary>Senders end at a refusal; they begin again until they are told to stop.</summary>
    private static async Task LoadAsync(Departments departments, Caller caller, Func<bool> goesOn)
    {
        while (goesOn() && !departments.AreDone)
        {
            await departments.RunAsync(caller, goesOn);
            await Task.Delay(20);
        }
    }
}
