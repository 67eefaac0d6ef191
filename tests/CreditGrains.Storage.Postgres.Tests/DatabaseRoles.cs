using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Development.Postgres;
using CreditGrains.Testing;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// The roles of deploy/postgres/roles.sql on the tests' server, under names of their own. Roles belong to a whole server, so a server
/// elsewhere is passed over: nothing would take them away.
/// </summary>
internal sealed class DatabaseRoles
{
    private static readonly Lazy<Task<DatabaseRoles>> Common = new(async () =>
    {
        var server = await ThrowAwayPostgres.SharedAsync();
        return new DatabaseRoles(server);
    });

    private readonly ThrowAwayPostgres _server;
    private readonly string _suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private readonly Lazy<Task> _made;
    private readonly ConcurrentDictionary<int, Lazy<Task<string>>> _templates = [];

    private DatabaseRoles(ThrowAwayPostgres server)
    {
        _server = server;
        _made = new Lazy<Task>(MakeAsync);
    }

    public static async Task<DatabaseRoles> SharedAsync(ThrowAwayPostgres server)
    {
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        var roles = await Common.Value;
        await roles._made.Value;
        return roles;
    }

    /// <summary>A script of deploy/postgres with the names of these roles.</summary>
    public string Script(string name) => Repository.Read($"deploy/postgres/{name}")
        .Replace("credit_owner", $"credit_owner_{_suffix}", StringComparison.Ordinal)
        .Replace("credit_server", $"credit_server_{_suffix}", StringComparison.Ordinal);

    public string AsOwner(string connection) => As(connection, "owner");

    public string AsServer(string connection) => As(connection, "server");

    /// <summary>Runs roles.sql in a database, as its operator does.</summary>
    public Task ApplyAsync(string connection) => RunAsync(connection, Script("roles.sql"));

    /// <summary>A database to copy, migrated by the owner and with the server's rights.</summary>
    public Task<string> TemplateAsync(int shardCount) => _templates.GetOrAdd(shardCount, _ => new Lazy<Task<string>>(async () =>
    {
        var connection = await _server.CreateDatabaseAsync();
        await ApplyAsync(connection);
        await PostgresStore.MigrateAsync(
            new PostgresStoreOptions { Connection = AsOwner(connection), ShardCount = shardCount }, CancellationToken.None);
        await ApplyAsync(connection);
        await using (var source = NpgsqlDataSource.Create(AsOwner(connection)))
            source.Clear();
        return new NpgsqlConnectionStringBuilder(connection).Database!;
    })).Value;

    public static async Task RunAsync(string connection, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;
        await using var opened = new NpgsqlConnection(unpooled);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync();
    }

    private async Task MakeAsync()
    {
        foreach (var role in (string[])["owner", "server"])
        {
            await _server.RunAsync(string.Create(
                CultureInfo.InvariantCulture, $"CREATE ROLE credit_{role}_{_suffix} LOGIN PASSWORD '{_password}'"));
        }
    }

    private string As(string connection, string role) =>
        new NpgsqlConnectionStringBuilder(connection) { Username = $"credit_{role}_{_suffix}", Password = _password }.ConnectionString;
}
