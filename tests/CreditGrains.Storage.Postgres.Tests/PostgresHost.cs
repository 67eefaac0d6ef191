using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Contract;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// PostgreSQL stores in a database of their own, dropped at the end. Skips the test where there is no server. The environment variable
/// <c>CREDIT_TEST_PGBOUNCER</c>, set to a number of prepared statements or 0, puts a PgBouncer before the server.
/// </summary>
/// <param name="leastRights">Opens the store as the server's role of deploy/postgres, on a schema that its owner has made.</param>
internal sealed class PostgresHost(bool leastRights = false) : IStoreHost
{
    private static readonly Lazy<Task<ThrowAwayPgBouncer?>> Bouncer = new(BounceAsync);
    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> Templates = [];
    private readonly List<PostgresStore> _killed = [];
    private string? _connection;

    public PostgresStoreOptions Options { get; private set; } = null!;

    public async Task<IStore> CreateAsync(TimeProvider time, int shardCount)
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var server = await ThrowAwayPostgres.SharedAsync();
        var roles = leastRights ? await DatabaseRoles.SharedAsync(server) : null;
        _connection = roles is null
            ? await server.CreateDatabaseAsync(await TemplateAsync(server, shardCount))
            : await server.CreateDatabaseAsync(await roles.TemplateAsync(shardCount));
        var bouncer = roles is null ? await Bouncer.Value : null;

        // A killed store's leases run out: shortly, so that tests do not wait.
        Options = new PostgresStoreOptions
        {
            Connection = roles?.AsServer(_connection) ?? bouncer?.Through(_connection) ?? _connection,
            ShardCount = shardCount, Time = time, LeaseMs = 600,
            ConnectionsMax = 8,
            AccessRunLength = 20,
        };
        if (roles is not null)
            await roles.ApplyAsync(_connection);
        return await PostgresStore.OpenAsync(Options, CancellationToken.None);
    }

    /// <summary>Opens the database again, as another process finds it after this one was killed.</summary>
    public async Task<IStore> ReopenAfterKillAsync(IStore store)
    {
        _killed.Add((PostgresStore)store);
        await ((PostgresStore)store).AbandonAsync();
        return await PostgresStore.OpenAsync(Options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _killed)
            await store.DisposeAsync();
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    private static async Task<ThrowAwayPgBouncer?> BounceAsync() =>
        int.TryParse(Environment.GetEnvironmentVariable("CREDIT_TEST_PGBOUNCER"), out var statementsMax)
            ? await ThrowAwayPgBouncer.StartAsync(await ThrowAwayPostgres.SharedAsync(), statementsMax)
            : null;

    /// <summary>A migrated database to copy: making the schema takes longer than copying it.</summary>
    private static Task<string> TemplateAsync(ThrowAwayPostgres server, int shardCount) => Templates.GetOrAdd(
        shardCount,
        _ => new Lazy<Task<string>>(async () =>
        {
            var connection = await server.CreateDatabaseAsync();
            var options = new PostgresStoreOptions { Connection = connection, ShardCount = shardCount };
            await PostgresStore.MigrateAsync(options, CancellationToken.None);
            return new NpgsqlConnectionStringBuilder(connection).Database!;
        })).Value;
}
