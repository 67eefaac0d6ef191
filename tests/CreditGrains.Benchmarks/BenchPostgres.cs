using System.Globalization;
using CreditGrains.Development.Postgres;
using Npgsql;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The PostgreSQL server of a run: kept under the working folder, so that prepared databases are there the next time. It syncs every
/// commit; our store and the references use it alike.
/// </summary>
public sealed class BenchPostgres : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["shared_buffers"] = "2GB",
        ["max_wal_size"] = "16GB",
        ["checkpoint_timeout"] = "30min",
        ["log_min_messages"] = "error",
    };

    private static BenchPostgres? _running;
    private readonly ThrowAwayPostgres _server;
    private readonly string _connection;

    private BenchPostgres(ThrowAwayPostgres server, string connection)
    {
        _server = server;
        _connection = connection;
    }

    /// <summary>The server, started on first use; <see cref="StopAsync"/> ends it.</summary>
    public static async Task<BenchPostgres> OfAsync(BenchOptions options)
    {
        if (_running is not null)
            return _running;
        var server = await ThrowAwayPostgres.StartAsync(Parameters, Path.Combine(options.Work, "postgres"));

        // A database of this process tells where the server is; nothing is done in it.
        var own = await server.CreateDatabaseAsync();
        return _running = new BenchPostgres(server, own);
    }

    /// <summary>Ends the server, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (_running is not null)
            await _running.DisposeAsync();
        _running = null;
    }

    /// <summary>CPU that all processes of the server have used so far; zero for a server elsewhere.</summary>
    public TimeSpan Cpu => _server.ProcessId is var id and not 0 ? ProcessCpu.OfFamily(id) : TimeSpan.Zero;

    /// <summary>An empty database, whatever was there before.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> EmptyDatabaseAsync(string name)
    {
        await _server.RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        return await DatabaseAsync(name);
    }

    /// <summary>A database that stays; made when it is missing.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> DatabaseAsync(string name)
    {
        if (await FindDatabaseAsync(name) is { } connection)
            return connection;
        await _server.RunAsync($"CREATE DATABASE {name} TEMPLATE template0");
        return new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString;
    }

    /// <summary>A database that was made before, or null.</summary>
    public async Task<string?> FindDatabaseAsync(string name) =>
        await ExistsAsync(name) ? new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString : null;

    /// <summary>A copy of a database that nobody uses, in place of what has its name.</summary>
    public async Task<string> CopyDatabaseAsync(string connection, string name)
    {
        NpgsqlConnection.ClearAllPools();
        var template = new NpgsqlConnectionStringBuilder(connection).Database;
        await _server.RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        await _server.RunAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        return new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString;
    }

    /// <summary>Sets hint bits and statistics, as time would.</summary>
    public static async Task VacuumAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = 0 });
        await using var command = source.CreateCommand("VACUUM ANALYZE");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes everything out, so that one side does not pay for what the other has left.</summary>
    public Task CheckpointAsync() => _server.RunAsync("CHECKPOINT");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DropDatabaseAsync(_connection);
        await _server.DisposeAsync();
    }

    private async Task<bool> ExistsAsync(string name)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection);
        command.Parameters.AddWithValue(name);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) > 0;
    }
}
