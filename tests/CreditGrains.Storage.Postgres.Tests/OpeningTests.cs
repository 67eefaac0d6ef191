using System.Data;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>Databases that cannot be used each say why and what to do; migrations that were broken off go on.</summary>
public sealed class OpeningTests : IAsyncLifetime
{
    private const string First = "CREATE TABLE credit.meta (name text PRIMARY KEY, value int8); CREATE TABLE credit.shard (shard int2);"
        + "CREATE TABLE credit.fold (shard int2); CREATE TABLE credit.lease (shard int2);"
        + "CREATE TABLE credit.journal (shard int2) PARTITION BY RANGE (shard);"
        + "CREATE TABLE credit.subject (shard int2) PARTITION BY RANGE (shard)";

    private ThrowAwayPostgres _server = null!;
    private string _connection = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _server = await ThrowAwayPostgres.SharedAsync();
        _connection = await _server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _server.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task Connection_string_that_is_none_is_refused_without_repeating_it()
    {
        var refused = await RefusedAsync("password is secret");
        Assert.Contains("Host=", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=nowhere.invalid", "cannot be reached")]
    [InlineData("Host=127.0.0.1;Port=1", "cannot be reached")]
    public async Task Server_that_is_not_there_is_refused(string connection, string says) =>
        Assert.Contains(says, (await RefusedAsync(connection)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Wrong_password_is_refused()
    {
        Assert.SkipUnless(_server.CanRestart, "needs a server of this process's own");
        var wrong = new NpgsqlConnectionStringBuilder(_connection) { Host = "127.0.0.1", Port = _server.Port, Password = "wrong" };
        var refused = await RefusedAsync(wrong.ConnectionString);
        Assert.Contains("password", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CREDIT_CONNECTION", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_database_is_refused()
    {
        var missing = new NpgsqlConnectionStringBuilder(_connection) { Database = "nowhere" };
        Assert.Contains("CREATE DATABASE", (await RefusedAsync(missing.ConnectionString)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_right_is_refused()
    {
        Assert.SkipUnless(_server.CanRestart, "needs a server of this process's own");
        var role = $"guest_{Guid.NewGuid():n}";
        await _server.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'guest'");
        var guest = new NpgsqlConnectionStringBuilder(_connection) { Username = role, Password = "guest" };
        Assert.Contains("GRANT CREATE ON DATABASE", (await RefusedAsync(guest.ConnectionString)).Message, StringComparison.Ordinal);
        await _server.RunAsync($"DROP ROLE {role}");
    }

    [Fact]
    public async Task Wrong_encoding_is_refused()
    {
        var latin = await _server.CreateDatabaseAsync("template0", "ENCODING 'LATIN1' LOCALE 'C'");
        Assert.Contains("UTF8", (await RefusedAsync(latin)).Message, StringComparison.Ordinal);
        await _server.DropDatabaseAsync(latin);
    }

    [Fact]
    public async Task Newer_schema_is_refused()
    {
        await (await PostgresStore.OpenAsync(Options(), Cancellation)).DisposeAsync();
        await RunAsync("INSERT INTO credit.schema_version VALUES (99, now())");
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(Options(), Cancellation));
        Assert.Equal(StoreFault.NewerSchema, refused.Fault);
    }

    [Fact]
    public async Task Migration_that_fails_half_way_leaves_nothing_and_goes_on_later()
    {
        await using var database = new PostgresDatabase(Options());
        var broken = new PostgresSchema([First, "CREATE TABLE credit.later (a int4); CREATE TABLE credit.later (a int4)"]);
        await Assert.ThrowsAsync<StoreException>(() => broken.MigrateAsync(database, 8, Cancellation));
        Assert.Equal(1, await broken.VersionAsync(database, Cancellation));
        var mended = new PostgresSchema([First, "CREATE TABLE credit.later (a int4)"]);
        Assert.Equal((1, 2), await mended.MigrateAsync(database, 8, Cancellation));
        await RunAsync("INSERT INTO credit.later VALUES (1)");
        Assert.Equal((2, 2), await mended.MigrateAsync(database, 8, Cancellation));
    }

    [Fact]
    public async Task Migration_may_take_longer_than_any_other_statement()
    {
        var options = Options();
        await using var database = new PostgresDatabase(options with { Connection = options.Connection + ";Command Timeout=1" });
        Assert.Equal((0, 2), await new PostgresSchema([First, "SELECT pg_sleep(3)"]).MigrateAsync(database, 8, Cancellation));
    }

    [Fact]
    public async Task Tables_that_the_server_knows_nothing_about_are_analyzed_when_the_store_is_opened()
    {
        // As after a restore: rows, too few for autovacuum to look at them by itself, and indexes that were built over them.
        await using (var store = await PostgresStore.OpenAsync(Options(), Cancellation))
            await store.Journal.AppendAsync([Sample.Entry()], Cancellation);
        await RunAsync("REINDEX TABLE credit.journal");
        Assert.NotEqual(0, await UnanalyzedAsync());
        await (await PostgresStore.OpenAsync(Options(), Cancellation)).DisposeAsync();
        Assert.Equal(0, await UnanalyzedAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_of_every_earlier_version_is_opened_and_brought_forward(bool shared)
    {
        for (var version = 1; version < PostgresSchema.Current.Version; version++)
        {
            var connection = await _server.CreateDatabaseAsync();
            var options = Options() with { Connection = connection, Shared = shared };
            await using (var database = new PostgresDatabase(options))
                await PostgresSchema.Of(version).MigrateAsync(database, 8, Cancellation);
            Assert.Equal(version, (await PostgresStore.InspectAsync(options, Cancellation)).SchemaVersion);
            await using (await PostgresStore.OpenAsync(options, Cancellation))
                Assert.Equal(PostgresSchema.Current.Version, (await PostgresStore.InspectAsync(options, Cancellation)).SchemaVersion);
            await _server.DropDatabaseAsync(connection);
        }
    }

    /// <summary>Nodes of version 24 acknowledge events under version 25, and neither fold nor find them.</summary>
    [Fact]
    public async Task Migration_that_running_nodes_do_not_bear_waits_until_they_have_ended()
    {
        await using (var database = new PostgresDatabase(Options()))
            await PostgresSchema.Of(24).MigrateAsync(database, 8, Cancellation);
        await RunAsync(
            "INSERT INTO credit.node (node, cluster, role, rulebook, rulebook_digest, schema_version, until) "
            + "VALUES ('vm/1/a', 'north', 'silo', 'r', 'd', 24, clock_timestamp() + interval '1 hour')");
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.MigrateAsync(Options(), Cancellation));
        Assert.Contains("silo vm/1/a", refused.Message, StringComparison.Ordinal);
        Assert.Equal(24, (await PostgresStore.InspectAsync(Options(), Cancellation)).SchemaVersion);
        await RunAsync("DELETE FROM credit.node");
        Assert.Equal((24, PostgresSchema.Current.Version), await PostgresStore.MigrateAsync(Options(), Cancellation));
    }

    [Fact]
    public async Task Documents_of_a_store_of_version_10_are_taken_over()
    {
        var control = new InMemoryStore(TimeProvider.System).Control;
        await FormerDocuments.WriteAsync(control, Cancellation);
        await using (var database = new PostgresDatabase(Options()))
            await PostgresSchema.Of(10).MigrateAsync(database, 8, Cancellation);
        foreach (var kind in FormerDocuments.Kinds.Append("recomputation-newest"))
        {
            foreach (var document in await control.ListAsync(kind, null, 1000, Cancellation))
            {
                var content = document.Content.Replace("'", "''", StringComparison.Ordinal);
                await RunAsync($"INSERT INTO credit.control VALUES ('{kind}', '{document.Id}', 1, '{content}', {document.At.UtcTicks})");
            }
        }

        await using var store = await PostgresStore.OpenAsync(Options(), Cancellation);
        await FormerDocuments.TakenOverAsync(store, Cancellation);
    }

    [Fact]
    public async Task Names_of_a_store_of_version_24_are_indexed_beside_the_work_and_found_meanwhile()
    {
        await using (var earlier = await PostgresStore.OpenAsync(Options(), Cancellation))
        {
            await earlier.NameKeys.Completion;
            string[] names = ["虚构（杭州）咨询", "ＡＢＣ虚构贸易", "虚构李寧体育"];
            foreach (var row in names.Select((name, i) => Sample.Named(i, name)))
                await earlier.Subjects.WriteAsync([new ShardWrite(row.Shard, [new SubjectWrite(row, null)], [], null)], Cancellation);
        }

        // As it was before the migration that changes the index; one row is locked after it, so that it is left without runs for a while.
        await RunAsync(
            "ALTER TABLE credit.listing DROP COLUMN runs, ADD COLUMN keys int4[]; UPDATE credit.listing SET keys = '{1}';"
            + "DELETE FROM credit.schema_version WHERE version > 24");
        await PostgresStore.MigrateAsync(Options(), Cancellation);
        await using var holder = new NpgsqlConnection(_connection);
        await holder.OpenAsync(Cancellation);
        await using var held = await holder.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM credit.listing WHERE name LIKE '%杭州%' FOR UPDATE", holder, held))
            await hold.ExecuteNonQueryAsync(Cancellation);
        await using var store = await PostgresStore.OpenAsync(Options(), Cancellation);
        await FoundInAsync(store);
        Assert.False(store.NameKeys.IsComplete);
        await held.RollbackAsync(Cancellation);
        await store.NameKeys.Completion.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.True(store.NameKeys.IsComplete);
        await FoundInAsync(store);

        static async Task FoundInAsync(PostgresStore store)
        {
            foreach (var (text, number) in new[] { ("(杭州)", 0), ("abc 贸易", 1), ("李宁", 2) })
            {
                var found = await store.Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 10), Cancellation);
                Assert.Equal(Sample.Named(number, "").Subject, Assert.Single(found).Subject);
            }
        }
    }

    [Fact]
    public async Task Migrations_of_two_processes_at_once_are_made_once()
    {
        var ran = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgresStore.MigrateAsync(Options(), Cancellation)));
        Assert.All(ran, each => Assert.Equal(PostgresSchema.Current.Version, each.To));
        await using var store = await PostgresStore.OpenAsync(Options(), Cancellation);
        Assert.Equal(8, store.ShardCount);
    }

    [Fact]
    public async Task Second_server_is_refused_with_the_name_of_the_first()
    {
        await using var first = await PostgresStore.OpenAsync(Options(), Cancellation);
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(Options(), Cancellation));
        Assert.Equal(StoreFault.Busy, refused.Fault);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message, StringComparison.Ordinal);
        var found = await PostgresStore.InspectAsync(Options(), Cancellation);
        Assert.Contains($"process {Environment.ProcessId} ", found.Holder, StringComparison.Ordinal);
        await first.DisposeAsync();
        await (await PostgresStore.OpenAsync(Options(), Cancellation)).DisposeAsync();
    }

    [Fact]
    public async Task Server_taken_for_dead_writes_nothing_when_it_wakes_up()
    {
        await using var first = await PostgresStore.OpenAsync(Options() with { LeaseMs = 60_000 }, Cancellation);
        await RunAsync("UPDATE credit.lease SET until = 'epoch'");
        await using var second = await PostgresStore.OpenAsync(Options(), Cancellation);
        var refused = await Assert.ThrowsAnyAsync<StoreException>(
            () => first.Subjects.WriteAsync([new ShardWrite(1, [], [], 5)], Cancellation));
        Assert.Contains("taken over", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<StoreException>(() => first.Journal.AppendAsync([Sample.Entry()], Cancellation));
        await Assert.ThrowsAnyAsync<StoreException>(() => first.AccessLog.AppendAsync([Sample.Access()], Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(10), first.LeaseLost));
        await second.Journal.AppendAsync([Sample.Entry()], Cancellation);
        Assert.Equal(0, (await second.Subjects.ShardsAsync(Cancellation))[1].Watermark);
    }

    [Fact]
    public async Task Lease_of_a_process_that_is_gone_is_taken_at_once()
    {
        await using (await PostgresStore.OpenAsync(Options(), Cancellation))
        {
            // As another process of this machine left it, that ended.
        }

        var gone = Leases.LeaseHolder.Here(DateTimeOffset.UnixEpoch) with { Started = 1 };
        await RunAsync($"UPDATE credit.lease SET owner = '{gone.Write()}', until = now() + interval '1 hour'");
        await using var store = await PostgresStore.OpenAsync(Options(), Cancellation);
        await store.Journal.AppendAsync([Sample.Entry()], Cancellation);
    }

    private async Task<StoreException> RefusedAsync(string connection)
    {
        var options = new PostgresStoreOptions { Connection = connection, RetryMsMax = 100 };
        return await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(options, Cancellation));
    }

    [Fact]
    public async Task Store_whose_last_process_hangs_in_a_copy_is_opened_once_a_lease_has_gone_by()
    {
        await (await PostgresStore.OpenAsync(Options(), Cancellation)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var hanging = await source.OpenConnectionAsync(Cancellation);
        await using (var locked = new NpgsqlCommand(
            "BEGIN; SET LOCAL statement_timeout = 500; SELECT shard FROM credit.shard FOR UPDATE; CREATE TEMP TABLE stalled (n int)",
            hanging))
            await locked.ExecuteNonQueryAsync(Cancellation);
        var copy = await hanging.BeginTextImportAsync("COPY stalled FROM STDIN", Cancellation);
        await using var store = await PostgresStore.OpenAsync(Options() with { LockMsMax = 8_000 }, Cancellation);
        Assert.Equal(0, await store.Subjects.CountAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await copy.WriteLineAsync("1");
            await copy.DisposeAsync();
        });
        Assert.Equal(ConnectionState.Closed, hanging.State);
    }

    private PostgresStoreOptions Options() => new() { Connection = _connection, ShardCount = 8, LeaseMs = 900, ConnectionsMax = 6 };

    private async Task<long> UnanalyzedAsync()
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM ({PostgresSchema.SelectUnanalyzed}) AS a", connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
