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
