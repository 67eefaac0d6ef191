using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Data.Sqlite;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>SQLite stores in a folder of their own, removed at the end.</summary>
internal sealed class SqliteHost(int? unwrittenMax = null) : IStoreHost
{
    private readonly string _folder = Directory.CreateTempSubdirectory("credit-sqlite-").FullName;
    private readonly List<IStore> _killed = [];
    private SqliteStoreOptions? _options;
    private int _copies;

    public string DatabasePath => _options!.Path;

    public async Task<IStore> CreateAsync(TimeProvider time, int shardCount)
    {
        _options = new SqliteStoreOptions { Path = Path.Combine(_folder, "store", "credit.db"), ShardCount = shardCount, Time = time };
        if (unwrittenMax is { } few)
            _options = _options with { UnwrittenEntriesMax = few, UnindexedNamesMax = few, AccessRunLength = few };
        return await SqliteStore.OpenAsync(_options, CancellationToken.None);
    }

    /// <summary>Opens a copy of the files as they lie on disk now, log not checkpointed: what a killed process leaves.</summary>
    public async Task<IStore> ReopenAfterKillAsync(IStore store)
    {
        _killed.Add(store);
        var copy = Path.Combine(_folder, $"copy-{++_copies}");
        Directory.CreateDirectory(copy);
        foreach (var ending in (string[])["", "-wal"])
        {
            if (File.Exists(DatabasePath + ending))
                File.Copy(DatabasePath + ending, Path.Combine(copy, "credit.db" + ending));
        }

        // A copy of the mark would tell that the store was put back: it is the same file.
        File.CreateSymbolicLink(Path.Combine(copy, "credit.db.mark"), DatabasePath + ".mark");
        _options = _options! with { Path = Path.Combine(copy, "credit.db") };
        return await SqliteStore.OpenAsync(_options, CancellationToken.None);
    }

    /// <summary>Runs a statement behind the store's back.</summary>
    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    /// <summary>The bytes of one column of one row.</summary>
    public byte[] Blob(string sql)
    {
        using var connection = Connect();
        using var command = Command(connection, sql);
        return (byte[])command.ExecuteScalar()!;
    }

    /// <summary>The number in one column of one row.</summary>
    public long Number(string sql)
    {
        using var connection = Connect();
        using var command = Command(connection, sql);
        return (long)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _killed)
            await store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own constants
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
