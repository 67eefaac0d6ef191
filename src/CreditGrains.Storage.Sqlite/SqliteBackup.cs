using System.Globalization;
using System.IO.Compression;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Backs up the store of a data directory, also while a server works on it: SQLite's online backup copies the pages of one snapshot, which
/// a read transaction holds open. Restores it into a directory that no server uses.
/// </summary>
public static class SqliteBackup
{
    internal const string SelectHeads =
        "SELECT coalesce(sum(head), 0), coalesce(sum(change_head), 0), coalesce(sum(subjects), 0) FROM shard";
    private const int PagesAtOnce = 1_024;
    private static readonly string[] Endings = ["", "-wal", "-shm", SqliteMark.Ending];

    /// <summary>Writes a backup.</summary>
    /// <param name="database">The database file.</param>
    /// <param name="path">The backup; nothing may be there yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told of the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Gives up and leaves nothing.</param>
    /// <exception cref="BackupException">There is no such store, or a file of that name.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="IOException">The backup cannot be written.</exception>
    public static async Task<BackupManifest> WriteAsync(
        string database, string path, TimeProvider time, Action<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(time);
        BackupFile.RequireFree(path);
        if (!File.Exists(database))
            throw new BackupException($"There is no store at {database}. Name its data directory with --data.");
        var copy = $"{path}.{Guid.NewGuid():N}.copy";
        try
        {
            PrivateFile.Touch(copy);
            await Task.Run(() => Copy(database, copy, share => progress?.Invoke(share / 2), cancellation), cancellation)
                .ConfigureAwait(false);
            var manifest = Manifest(copy, time);
            var length = (double)new FileInfo(copy).Length;
            return await BackupFile.WriteAsync(
                path, manifest, CompressionLevel.Fastest,
                async (target, stop) =>
                {
                    await using var source = File.OpenRead(copy);
                    await source.CopyToAsync(target, stop).ConfigureAwait(false);
                },
                count => progress?.Invoke(0.5 + (count / length / 2)), cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var ending in Endings)
                File.Delete(copy + ending);
        }
    }

    /// <summary>Puts a backup in the place of a store. What was there is kept beside it.</summary>
    /// <param name="path">A backup that was verified.</param>
    /// <param name="database">The database file; its directory is made when missing.</param>
    /// <param name="replace">Whether a store may be there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up; the store that was there stays.</param>
    /// <returns>The new incarnation, and where the old store is; null when there was none.</returns>
    /// <exception cref="BackupException">A store is there, or the backup is of another kind or not whole.</exception>
    /// <exception cref="StoreException">A server uses the directory, or the backup is of a newer program.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static async Task<(uint Incarnation, string? Before)> RestoreAsync(
        string path, string database, bool replace, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(time);
        string? before = null;
        BackupManifest manifest;
        using (DirectoryLock.Take(database))
        {
            if (File.Exists(database) && !replace)
            {
                throw new BackupException(
                    $"There is a store at {database} already. Choose an empty directory with --data, or keep it aside with --replace.");
            }

            var draft = $"{database}.{Guid.NewGuid():N}.restoring";
            try
            {
                manifest = await BackupFile.ReadAsync(
                    path, (said, data) => ExtractAsync(path, said, data, draft, cancellation), cancellation).ConfigureAwait(false);
                var found = Manifest(draft, time);
                if (!found.Holds(manifest))
                    throw new BackupException($"{path} does not hold what it says: take another backup.");
                if (File.Exists(database))
                    before = SetAside(database, time.GetUtcNow());
                foreach (var ending in Endings)
                    File.Delete(database + ending);
                File.Move(draft, database, overwrite: false);
            }
            finally
            {
                foreach (var ending in Endings)
                    File.Delete(draft + ending);
            }
        }

        // The copy knows no mark: opening it begins a new incarnation, and brings an older schema forward.
        return (await RenewedAsync(database, time, cancellation).ConfigureAwait(false), before);
    }

    /// <summary>Begins a new incarnation of a store that was put back by means that leave no trace, such as a volume's snapshot.</summary>
    /// <exception cref="StoreException">A server uses it, or it cannot be written.</exception>
    public static async Task<uint> RenewAsync(string database, TimeProvider time, CancellationToken cancellation)
    {
        using (DirectoryLock.Take(database))
            File.Delete(database + SqliteMark.Ending);
        return await RenewedAsync(database, time, cancellation).ConfigureAwait(false);
    }

    private static async Task<uint> RenewedAsync(string database, TimeProvider time, CancellationToken cancellation)
    {
        var options = new SqliteStoreOptions { Path = database, Time = time };
        var store = await SqliteStore.OpenAsync(options, cancellation).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
            return store.Incarnation;
    }

    private static async Task ExtractAsync(string path, BackupManifest said, Stream data, string draft, CancellationToken cancellation)
    {
        if (said.Store != "sqlite")
            throw new BackupException($"{path} is a backup of a store on {said.Store}: restore it with --store {said.Store}.");
        await using var target = PrivateFile.Create(draft);
        await data.CopyToAsync(target, cancellation).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
    }

    private static string SetAside(string database, DateTimeOffset now)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{database}.before-{now.UtcDateTime:yyyyMMddTHHmmssfff}");
        foreach (var ending in Endings)
        {
            if (File.Exists(database + ending))
                File.Move(database + ending, aside + ending, overwrite: false);
        }

        return aside;
    }

    /// <summary>Copies the pages of one snapshot. The copy's mark is one that never lay beside a database: it agrees with none.</summary>
    private static void Copy(string database, string copy, Action<double> progress, CancellationToken cancellation)
    {
        using (var source = Connection.Open(database, "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON"))
        using (var target = Connection.Open(copy, "PRAGMA synchronous = FULL"))
        {
            _ = source.Snapshot(snapshot =>
            {
                if (snapshot.Prepare(SqliteSchema.CountShards) is var row && row.Read())
                    row.Reset();
                snapshot.CopyTo(target, PagesAtOnce, progress, cancellation);
                return true;
            });
            target.Run("PRAGMA journal_mode = DELETE");
            target.Begin();
            if (SqliteSchema.HasMarks(target))
            {
                target.Run("""
                    INSERT INTO opening (number, nonce, file, at) SELECT coalesce(max(number), 0) + 1, 'backup', '', 0 FROM opening;
                    DELETE FROM opening WHERE nonce <> 'backup';
                    """);
            }

            target.Commit();
        }
    }

    private static BackupManifest Manifest(string database, TimeProvider time)
    {
        using var connection = Connection.Open(database, "PRAGMA busy_timeout = 5000");
        var heads = connection.Prepare(SelectHeads);
        heads.Read();
        var (events, changes, subjects) = (heads.Long(0), heads.Long(1), heads.Long(2));
        heads.Reset();
        var (kind, id) = RulebookName.Document;
        var document = connection.Prepare(SqliteControlStore.Find).Bind(kind).Bind(id);
        var rulebook = document.Read() ? document.Text(1) : null;
        document.Reset();
        return new BackupManifest
        {
            Store = "sqlite",
            SchemaVersion = SqliteSchema.VersionOf(connection),
            Incarnation = string.Create(CultureInfo.InvariantCulture, $"{SqliteSchema.IncarnationOf(connection):x8}"),
            Rulebook = rulebook is null ? null : RulebookName.Of(rulebook),
            At = time.GetUtcNow(),
            Events = events,
            Changes = changes,
            Subjects = subjects,
        };
    }
}
