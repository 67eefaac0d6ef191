using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Benchmarks;

/// <summary>Where our side's store is.</summary>
/// <param name="Folder">The server's data directory, with the store itself when that is SQLite.</param>
/// <param name="Connection">Of PostgreSQL; null for SQLite.</param>
public sealed record StorePlace(string Folder, string? Connection)
{
    /// <summary>The file of an SQLite store.</summary>
    public string File => Path.Combine(Folder, "credit.db");

    /// <summary>An empty place of the kind asked for.</summary>
    public static async Task<StorePlace> EmptyAsync(BenchOptions options, string name)
    {
        var folder = Path.Combine(options.Work, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        if (options.Store == "sqlite")
            return new StorePlace(folder, null);
        var postgres = await BenchPostgres.OfAsync(options);
        return new StorePlace(folder, await postgres.EmptyDatabaseAsync(DatabaseOf(name)));
    }

    /// <summary>A place that was made before, or null.</summary>
    public static async Task<StorePlace?> MadeAsync(BenchOptions options, string name)
    {
        var folder = Path.Combine(options.Work, name);
        if (!System.IO.File.Exists(Mark(folder)))
            return null;
        if (options.Store == "sqlite")
            return new StorePlace(folder, null);
        var postgres = await BenchPostgres.OfAsync(options);
        return await postgres.FindDatabaseAsync(DatabaseOf(name)) is { } connection ? new StorePlace(folder, connection) : null;
    }

    /// <summary>Says that the place is complete.</summary>
    public Task MarkMadeAsync() => System.IO.File.WriteAllTextAsync(Mark(Folder), "");

    /// <summary>A copy that may be changed; nobody may be using this place.</summary>
    public async Task<StorePlace> CopyAsync(BenchOptions options, string name)
    {
        if (Connection is null)
        {
            var copy = await EmptyAsync(options, name);
            System.IO.File.Copy(File, copy.File);
            return copy;
        }

        var folder = Path.Combine(options.Work, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var postgres = await BenchPostgres.OfAsync(options);
        return new StorePlace(folder, await postgres.CopyDatabaseAsync(Connection, DatabaseOf(name)));
    }

    public async Task<IStore> OpenAsync() => Connection is null
        ? await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = File }, default)
        : await PostgresStore.OpenAsync(new PostgresStoreOptions { Connection = Connection }, default);

    public Task<BenchServer> ServeAsync() => BenchServer.StartAsync(Folder, Connection);

    /// <summary>A server that takes words, see <see cref="HostedServer"/>.</summary>
    public Task<BenchServer> HostAsync() => BenchServer.StartOursAsync(HostedServer.Word, Folder, Connection);

    private static string Mark(string folder) => Path.Combine(folder, "prepared");

    private static string DatabaseOf(string name) => "bench_" + name.Replace('-', '_');
}
