using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Postgres.Nodes;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>R11: a database that was put back, however it was done, is a new incarnation; everything else is not.</summary>
public sealed class PutBackTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("credit-back-").FullName;
    private readonly List<string> _databases = [];
    private ThrowAwayPostgres _server = null!;
    private string _connection = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Backup => Path.Combine(_folder, "credit.backup");

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _server = await ThrowAwayPostgres.SharedAsync();
        _connection = await DatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var database in _databases)
            await _server.DropDatabaseAsync(database);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Store_opened_again_and_after_its_tables_were_rewritten_stays_the_same_incarnation()
    {
        var (first, _, putBack) = await OpenAsync(_connection);
        Assert.Null(putBack);
        Assert.Equal(first, (await OpenAsync(_connection)).Incarnation);
        await ExecuteAsync("VACUUM (FULL, FREEZE) credit.opening");
        await ExecuteAsync("VACUUM (FULL, FREEZE) credit.meta");
        Assert.Equal(first, (await OpenAsync(_connection)).Incarnation);
    }

    [Fact]
    public async Task Backup_of_an_open_store_is_restored_as_a_new_incarnation_with_all_that_it_held()
    {
        var options = Options(_connection);
        var store = await PostgresStore.OpenAsync(options, Cancellation);
        await store.Journal.AppendAsync([Sample.Entry(1, "r1"), Sample.Entry(2, "r2")], Cancellation);
        await ProofBackup.AddAsync(store, Cancellation);
        var written = await PostgresBackup.WriteAsync(options, Backup, null, Cancellation);
        await store.Journal.AppendAsync([Sample.Entry(3, "r3")], Cancellation);
        Assert.Equal(2, written.Events);
        Assert.Equal(written, await BackupFile.VerifyAsync(Backup, null, Cancellation));
        await Assert.ThrowsAsync<BackupException>(() => PostgresBackup.RestoreAsync(options, Backup, replace: false, Cancellation));
        await Assert.ThrowsAsync<BackupException>(() => PostgresBackup.RestoreAsync(options, Backup, replace: true, Cancellation));
        await store.DisposeAsync();
        var (incarnation, before) = await PostgresBackup.RestoreAsync(options, Backup, replace: true, Cancellation);
        Assert.NotEqual(store.Incarnation, incarnation);
        await using (var restored = await PostgresStore.OpenAsync(options, Cancellation))
        {
            Assert.Equal(incarnation, restored.Incarnation);
            Assert.Equal([store.Incarnation], restored.FormerIncarnations);
            Assert.Equal(2, (await restored.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
            await ProofBackup.AssertThereAsync(restored, Cancellation);
        }

        Assert.Equal(3L, await ScalarAsync($"SELECT sum(head)::int8 FROM {before}.shard"));

        // Into an empty database, beside the one that it came from.
        var (elsewhere, none) = await PostgresBackup.RestoreAsync(Options(await DatabaseAsync()), Backup, replace: false, Cancellation);
        Assert.Null(none);
        Assert.DoesNotContain(elsewhere, (uint[])[store.Incarnation, incarnation]);
    }

    [Fact]
    public async Task Restore_that_fails_leaves_the_store_that_was_there()
    {
        var options = Options(_connection);
        await using (var store = await PostgresStore.OpenAsync(options, Cancellation))
            await store.Journal.AppendAsync([Sample.Entry(1, "r1")], Cancellation);
        var first = (await OpenAsync(_connection)).Incarnation;
        var manifest = new BackupManifest
        {
            Store = "postgres", SchemaVersion = 1, Incarnation = "0", Rulebook = null, At = DateTimeOffset.UnixEpoch, Events = 1,
            Changes = 0, Subjects = 0,
        };
        await BackupFile.WriteAsync(
            Backup, manifest, System.IO.Compression.CompressionLevel.NoCompression,
            async (target, stop) => await target.WriteAsync("no dump"u8.ToArray(), stop), null, Cancellation);
        await Assert.ThrowsAsync<BackupException>(() => PostgresBackup.RestoreAsync(options, Backup, replace: true, Cancellation));
        Assert.Equal(first, (await OpenAsync(_connection)).Incarnation);
        Assert.Equal(1L, await ScalarAsync("SELECT sum(head)::int8 FROM credit.shard"));
    }

    [Fact]
    public async Task Dump_restored_by_hand_is_a_new_incarnation_in_the_same_database_and_in_another()
    {
        var (first, _, _) = await OpenAsync(_connection);
        var dump = await ThrowAwayPostgres.DumpAsync(_connection, "--schema=credit", "--no-owner", "--inserts");
        var script = string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith('\\')));
        await ExecuteAsync("DROP SCHEMA credit CASCADE");
        await ExecuteAsync(script);
        var (second, former, putBack) = await OpenAsync(_connection);
        Assert.NotEqual(first, second);
        Assert.Equal([first], former);
        Assert.Contains("dump", putBack, StringComparison.Ordinal);
        var other = await DatabaseAsync();
        await ExecuteAsync(script, other);
        Assert.NotEqual(first, (await OpenAsync(other)).Incarnation);
    }

    [Fact]
    public async Task Copy_of_the_database_is_a_new_incarnation()
    {
        var (first, _, _) = await OpenAsync(_connection);
        NpgsqlConnection.ClearAllPools();
        var copy = await _server.CreateDatabaseAsync(new NpgsqlConnectionStringBuilder(_connection).Database!);
        _databases.Add(copy);
        Assert.NotEqual(first, (await OpenAsync(copy)).Incarnation);
        Assert.Equal(first, (await OpenAsync(_connection)).Incarnation);
    }

    /// <summary>Files of a whole cluster that were put back know, from within, the openings that there were then.</summary>
    [Fact]
    public async Task Database_that_knows_less_than_the_mark_of_its_node_is_a_new_incarnation()
    {
        var (first, _, _) = await OpenAsync(_connection);
        var known = await ScalarAsync("SELECT max(number) FROM credit.opening");
        Assert.Equal(first, (await OpenAsync(_connection)).Incarnation);
        await ExecuteAsync($"DELETE FROM credit.opening WHERE number > {known}");
        var (second, _, putBack) = await OpenAsync(_connection);
        Assert.NotEqual(first, second);
        Assert.Contains("this node has seen", putBack, StringComparison.Ordinal);

        // A node without that knowledge cannot tell; the operator can.
        var renewed = await PostgresBackup.RenewAsync(Options(_connection), Cancellation);
        Assert.NotEqual(second, renewed);
        Assert.Equal(renewed, (await OpenAsync(_connection)).Incarnation);
    }

    [Fact]
    public async Task Server_on_another_timeline_is_a_new_incarnation()
    {
        if (Environment.GetEnvironmentVariable(ThrowAwayPostgres.Variable) is { Length: > 0 })
            Assert.Skip("the server is not ours to promote");
        await using var own = await ThrowAwayPostgres.StartAsync();
        var connection = await own.CreateDatabaseAsync();
        var (first, _, _) = await OpenAsync(connection);
        NpgsqlConnection.ClearAllPools();
        await own.RestartAsStandbyAsync();
        await own.PromoteAsync();
        var (second, _, putBack) = await OpenAsync(connection);
        Assert.NotEqual(first, second);
        Assert.Contains("timeline", putBack, StringComparison.Ordinal);
        NpgsqlConnection.ClearAllPools();
    }

    [Fact]
    public async Task Database_put_back_under_running_nodes_lets_no_other_node_in()
    {
        var options = Options(_connection) with { Shared = true };
        await using var running = await PostgresStore.OpenAsync(options, Cancellation);
        await running.Nodes.JoinAsync(
            new StoreNode { Node = "one", Cluster = "north", Role = "silo", Rulebook = "sample", RulebookDigest = "0" }, false,
            Cancellation);
        await ExecuteAsync(PostgresMark.Disown);
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => PostgresStore.OpenAsync(options, Cancellation));
        Assert.Contains("end all nodes", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> DatabaseAsync()
    {
        var connection = await _server.CreateDatabaseAsync();
        _databases.Add(connection);
        return connection;
    }

    private PostgresStoreOptions Options(string connection) => new()
    {
        Connection = connection, ShardCount = Sample.Shards, LeaseMs = 600, MarkFile = Path.Combine(_folder, "node", "postgres.mark"),
    };

    private async Task<(uint Incarnation, IReadOnlyList<uint> Former, string? PutBack)> OpenAsync(string connection)
    {
        await using var store = await PostgresStore.OpenAsync(Options(connection), Cancellation);
        return (store.Incarnation, store.FormerIncarnations, store.PutBack);
    }

    private Task ExecuteAsync(string sql) => ExecuteAsync(sql, _connection);

    private static async Task ExecuteAsync(string sql, string connection)
    {
        await using var opened = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await opened.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var opened = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_connection) { Pooling = false }.ConnectionString);
        await opened.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, opened);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
