using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Postgres;
using Npgsql;

namespace CreditGrains.Conformance.Tests;

/// <summary>A real server works through PgBouncer in transaction mode, with prepared statements if the installed one keeps track.</summary>
public sealed class PoolerTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-pooler-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Server_behind_a_pooler_takes_in_answers_survives_lost_sessions_and_a_kill()
    {
        if (ThrowAwayPgBouncer.Unavailable is { } reason)
            Assert.Skip(reason);
        var postgres = await ThrowAwayPostgres.SharedAsync();
        var connection = await postgres.CreateDatabaseAsync();
        await using var bouncer = await ThrowAwayPgBouncer.StartAsync(postgres, ThrowAwayPgBouncer.TracksStatements ? 200 : 0);
        string[] options = ["--store", "postgres", "--connection", bouncer.Through(connection)];
        var departments = new Departments(senders: 5, subjects: 3_000, seed: 19, batchLines: 20);
        await using (var server = await ServerProcess.StartAsync(_data, options))
        {
            using var caller = new Caller(server.Address, _data);
            var answersLeft = 80;
            var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var load = departments.RunThroughAsync(
                caller,
                TimeSpan.Zero,
                () =>
                {
                    if (Interlocked.Decrement(ref answersLeft) == 0)
                        due.SetResult();
                    return !server.HasEnded;
                },
                _ => { });
            await due.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            var database = new NpgsqlConnectionStringBuilder(connection).Database;
            await postgres.RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
            var acknowledged = departments.AcknowledgedCount;
            for (var waited = 0; departments.AcknowledgedCount < acknowledged + 200 && waited < 400; waited++)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.True(departments.AcknowledgedCount >= acknowledged + 200, "no events were taken in any more");
            foreach (var subject in departments.Codes().Take(20))
            {
                var check = await caller.PostAsync(
                    "/v1/checks", $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds"}""");
                Assert.True(check.Status is 200 or 404, check.Text);
            }

            await server.KillAsync();
            await load;
            Assert.All(departments.Refusals, answer => Assert.Equal((503, "store-unavailable"), (answer.Status, answer.Code)));
        }

        await using (var again = await ServerProcess.StartAsync(_data, options))
        {
            using var auditor = new Caller(again.Address, _data);
            var events = await new SubjectAudit(auditor).HoldAllAsync(departments);
            output.WriteLine($"{departments.AcknowledgedCount} events acknowledged, {events} in the journal");
            Assert.Equal(0, await again.TerminateAsync());
        }

        await postgres.DropDatabaseAsync(connection);
    }
}
