using System.Collections.Concurrent;
using System.Diagnostics;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Postgres;
using Npgsql;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// R3: PostgreSQL refuses in each of the ways it has while a real server takes events in. Feeds are refused as what it is, checks answered,
/// and everything goes on by itself when it is over; nothing acknowledged is lost.
/// </summary>
public sealed class DatabaseFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _data = Directory.CreateTempSubdirectory("credit-refusal-").FullName;
    private readonly Departments _departments = new(senders: 4, subjects: 6_000, seed: 17, batchLines: 20);
    private ThrowAwayPostgres _postgres = null!;
    private string? _connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => new NpgsqlConnectionStringBuilder(_connection).Database!;

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _postgres = await ThrowAwayPostgres.SharedAsync();
        Assert.SkipUnless(_postgres.CanRestart, "needs a PostgreSQL server of this process's own");
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _postgres.DropDatabaseAsync(_connection);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Server_whose_database_refuses_says_how_answers_checks_and_goes_on_by_itself()
    {
        _connection = await _postgres.CreateDatabaseAsync();
        await _postgres.RunAsync("CREATE ROLE credit_app LOGIN PASSWORD 'app'");
        await _postgres.RunAsync($"GRANT CREATE ON DATABASE {Database} TO credit_app");
        var app = new NpgsqlConnectionStringBuilder(_connection) { Username = "credit_app", Password = "app" };
        await using var server = await ServerProcess.StartAsync(_data, "--store", "postgres", "--connection", app.ConnectionString);
        using var caller = new Caller(server.Address, _data);

        // 57P01: nobody notices, or is told to send again.
        await ThroughAsync(caller, null, async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await EndConnectionsAsync();
                await Task.Delay(100, Cancellation);
            }
        });

        // 25006
        await ThroughAsync(
            caller, "store-read-only",
            () => ChangeAsync($"ALTER DATABASE {Database} SET default_transaction_read_only = on"),
            () => ChangeAsync($"ALTER DATABASE {Database} RESET default_transaction_read_only"));

        // 53300
        await ThroughAsync(
            caller, "overloaded",
            () => ChangeAsync("ALTER ROLE credit_app CONNECTION LIMIT 0"), () => ChangeAsync("ALTER ROLE credit_app CONNECTION LIMIT -1"));
        Assert.Equal(0, await server.TerminateAsync());
        await HoldAsync(app.ConnectionString);
        await _postgres.DropDatabaseAsync(_connection);
        await _postgres.RunAsync("DROP ROLE credit_app");
        _connection = null;
    }

    [Fact]
    public async Task Server_whose_database_has_a_full_disk_says_so_answers_checks_and_goes_on_once_there_is_space()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        await _postgres.AddTablespaceAsync("small", disk.Path);
        _connection = await _postgres.CreateDatabaseAsync(options: "TABLESPACE small");
        await using (var server = await ServerProcess.StartAsync(_data, "--store", "postgres", "--connection", _connection))
        {
            using var caller = new Caller(server.Address, _data);
            await ThroughAsync(caller, "disk-full", () => Task.Run(disk.FillUp), () => Task.Run(disk.Free), disk.FillUp);
            Assert.Equal(0, await server.TerminateAsync());
        }

        await HoldAsync(_connection);
        await _postgres.DropDatabaseAsync(_connection);
        await _postgres.RunAsync("DROP TABLESPACE small");
        _connection = null;
    }

    [Fact]
    public async Task Server_whose_database_server_ended_on_a_full_disk_waits_until_it_runs_again()
    {
        using var disk = SmallDisk.Mount(megabytes: 160);
        await using var postgres = await ThrowAwayPostgres.StartAsync(keptIn: Path.Combine(disk.Path, "server"));
        await using var server = await ServerProcess.StartAsync(
            _data, "--store", "postgres", "--connection", await postgres.CreateDatabaseAsync());
        using var caller = new Caller(server.Address, _data);
        await ThroughAsync(
            caller, "store-unavailable",
            async () =>
            {
                disk.FillUp();
                await Assert.ThrowsAnyAsync<NpgsqlException>(() => postgres.RunAsync("SELECT pg_switch_wal(); CREATE TABLE more (a int4)"));
            },
            async () =>
            {
                disk.Free();
                if (postgres.ProcessId == 0)
                    await postgres.StartAgainAsync();
            });
        Assert.Contains("No space left on device", postgres.Log, StringComparison.Ordinal);
        Assert.Equal(0, await server.TerminateAsync());
    }

    /// <summary>Senders send before, in and after the fault; then everything they touched is audited.</summary>
    /// <param name="caller">The server.</param>
    /// <param name="code">SQLSTATE that must appear in the log; null where there need be no refusal.</param>
    /// <param name="begin">Begins the fault.</param>
    /// <param name="end">Ends it.</param>
    /// <param name="keepUp">Keeps it up until somebody is told: PostgreSQL gives room of a full disk back when it tidies a table.</param>
    private async Task ThroughAsync(
        Caller caller, string? code, Func<Task> begin, Func<Task>? end = null, Action? keepUp = null)
    {
        var told = new ConcurrentQueue<string>();
        var goesOn = true;
        var load = _departments.RunThroughAsync(caller, TimeSpan.FromMilliseconds(5), () => Volatile.Read(ref goesOn), told.Enqueue);
        await UntilAsync(MoreThan(100), () => $"no events were taken in: {told.LastOrDefault()}");
        var began = Stopwatch.GetTimestamp();
        await begin();
        if (code is not null)
        {
            var before = _departments.AcknowledgedCount;
            await UntilAsync(
                () =>
                {
                    keepUp?.Invoke();
                    return told.Any(text => text.Contains($"\"{code}\"", StringComparison.Ordinal));
                },
                () => $"nobody was told {code}: {_departments.AcknowledgedCount - before} more events were taken in"
                    + $"{(_departments.AreDone ? ", which were the last" : "")}; told {told.Count} times, last {told.LastOrDefault()}");
        }

        var toldAfter = Stopwatch.GetElapsedTime(began);
        foreach (var subject in _departments.Codes().Take(20))
        {
            var check = await caller.PostAsync(
                "/v1/checks", $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds"}""");
            Assert.True(check.Status is 200 or 404, check.Text);
        }

        began = Stopwatch.GetTimestamp();
        if (end is not null)
            await end();
        await UntilAsync(MoreThan(100), () => $"no events were taken in any more after {code}: {told.LastOrDefault()}");
        output.WriteLine(
            $"{code}: told after {toldAfter.TotalSeconds:F1} s, {told.Count} refusals, "
            + $"goes on after {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        Volatile.Write(ref goesOn, false);
        await load;
        Assert.Empty(_departments.BrokenOff);
        Assert.All(_departments.Refusals, answer =>
        {
            Assert.True(answer.Status is 503 or 507, answer.Text);
            Assert.True(answer.Status == 507 || answer.RetryAfter > TimeSpan.Zero, "when to come again was not said");
        });
        await new SubjectAudit(caller).HoldAsync(_departments.TakeTouched(), _departments.AcknowledgedOf);
    }

    private Func<bool> MoreThan(int events)
    {
        var enough = _departments.AcknowledgedCount + events;
        return () => _departments.AcknowledgedCount >= enough;
    }

    private static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                Assert.Fail(otherwise());
            await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Changes what holds for new connections, and ends those there are.</summary>
    private async Task ChangeAsync(string sql)
    {
        await _postgres.RunAsync(sql);
        await EndConnectionsAsync();
    }

    private Task EndConnectionsAsync() => _postgres.RunAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Database}'");

    /// <summary>A server started anew has everything.</summary>
    private async Task HoldAsync(string connection)
    {
        await using var again = await ServerProcess.StartAsync(_data, "--store", "postgres", "--connection", connection);
        using var auditor = new Caller(again.Address, _data);
        var events = await new SubjectAudit(auditor).HoldAllAsync(_departments);
        output.WriteLine($"{_departments.AcknowledgedCount} events acknowledged, {events} in the journal");
    }
}
