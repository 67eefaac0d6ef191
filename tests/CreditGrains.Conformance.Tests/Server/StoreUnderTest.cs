using CreditGrains.Development.Postgres;

namespace CreditGrains.Conformance.Tests.Server;

/// <summary>Store of a server process; a database is dropped at the end. Skips the test where there is no PostgreSQL.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    private readonly ThrowAwayPostgres? _server;
    private readonly string? _connection;

    private StoreUnderTest(ThrowAwayPostgres? server, string? connection) => (_server, _connection) = (server, connection);

    /// <summary>Of PostgreSQL; null for a file.</summary>
    public string? Connection => _connection;

    /// <summary>To start the server with.</summary>
    public string[] Options => _connection is null ? [] : ["--store", Postgres, "--connection", _connection];

    public static async Task<StoreUnderTest> MakeAsync(string kind)
    {
        if (kind == Sqlite)
            return new StoreUnderTest(null, null);
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var server = await ThrowAwayPostgres.SharedAsync();
        return new StoreUnderTest(server, await server.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DropDatabaseAsync(_connection!);
    }
}
