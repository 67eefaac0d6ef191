using CreditGrains.Development.Postgres;
using CreditGrains.Silo;
using CreditGrains.Storage.Postgres;

namespace CreditGrains.Cluster.Tests;

/// <summary>The server's program as migration: an image has no other, and a server under a role of its own may not migrate.</summary>
public sealed class MigrateTests
{
    [Fact]
    public async Task Migrate_of_the_server_brings_the_schema_forward_and_serves_nothing()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var server = await ThrowAwayPostgres.SharedAsync();
        var connection = await server.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("credit-migrate-");
        try
        {
            var file = Path.Combine(folder.FullName, "connection");
            await File.WriteAllTextAsync(file, connection, TestContext.Current.CancellationToken);
            var config = Path.Combine(folder.FullName, "settings.json");
            await File.WriteAllTextAsync(
                config, $$$"""{"Credit": {"Store": "postgres", "ConnectionFile": "{{{file}}}"}}""", TestContext.Current.CancellationToken);
            Assert.StartsWith(
                "schema version 0 -> ", await RunAsync(ExitCodes.Stopped, "migrate", "--config", config), StringComparison.Ordinal);
            Assert.Contains("nothing to do", await RunAsync(ExitCodes.Stopped, "migrate", "--config", config), StringComparison.Ordinal);
            Assert.Contains("--store postgres", await RunAsync(ExitCodes.Usage, "migrate"), StringComparison.Ordinal);
            var found = await PostgresStore.InspectAsync(
                new PostgresStoreOptions { Connection = connection }, TestContext.Current.CancellationToken);
            Assert.Equal(found.NewestSchemaVersion, found.SchemaVersion);
            Assert.Null(found.Holder);
        }
        finally
        {
            folder.Delete(recursive: true);
            await server.DropDatabaseAsync(connection);
        }
    }

    private static async Task<string> RunAsync(int code, params string[] args)
    {
        await using var output = new StringWriter();
        await using var talk = new StringWriter();
        Assert.Equal(code, await ServerCommand.RunAsync(args, output, talk));
        return $"{output}{talk}";
    }
}
