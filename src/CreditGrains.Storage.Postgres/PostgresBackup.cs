using System.Globalization;
using System.IO.Compression;
using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using CreditGrains.Storage.Postgres.Nodes;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Backs up the schema <c>credit</c> with the installed pg_dump, in one snapshot and beside servers that work on it; restores it with
/// pg_restore where no server works, all or nothing.
/// </summary>
public static class PostgresBackup
{
    internal const string SelectHeads = """
        SELECT (SELECT coalesce(sum(head), 0)::int8 FROM credit.shard), (SELECT coalesce(sum(change_head), 0)::int8 FROM credit.fold),
            (SELECT count(*) FROM credit.subject)
        """;

    private const string SelectSnapshot = "SELECT pg_export_snapshot()";
    private const string SelectSize = """
        SELECT coalesce(sum(pg_table_size(c.oid)), 0)::int8 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'credit' AND c.relkind = 'r'
        """;

    /// <summary>Writes a backup.</summary>
    /// <param name="options">Which database.</param>
    /// <param name="path">The backup; nothing may be there yet.</param>
    /// <param name="progress">Told of the share that is done, 0 to 1, as far as it can be known.</param>
    /// <param name="cancellation">Gives up and leaves nothing.</param>
    /// <exception cref="BackupException">There is no store, a file of that name, or pg_dump is missing or failed.</exception>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    /// <exception cref="IOException">The backup cannot be written.</exception>
    public static async Task<BackupManifest> WriteAsync(
        PostgresStoreOptions options, string path, Action<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        BackupFile.RequireFree(path);
        await using var database = new PostgresDatabase(options);
        var version = await PostgresSchema.Current.VersionAsync(database, cancellation).ConfigureAwait(false);
        if (version == 0)
            throw new BackupException("The database holds no store: check the connection string.");

        // The dump reads the snapshot of this transaction: what the manifest counts is what is in it.
        await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection
            .BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
        var manifest = await ManifestAsync(connection, version, options.Time, cancellation).ConfigureAwait(false);
        var snapshot = (string)(await ScalarAsync(connection, SelectSnapshot, cancellation).ConfigureAwait(false))!;
        var size = Math.Max(1, (long)(await ScalarAsync(connection, SelectSize, cancellation).ConfigureAwait(false))! / 3);
        return await BackupFile.WriteAsync(
            path, manifest, CompressionLevel.NoCompression,
            (target, stop) => PostgresPrograms.RunAsync(
                "pg_dump", options.Connection,
                ["--format=custom", "--schema=credit", "--no-owner", "--no-privileges", $"--snapshot={snapshot}"],
                feed: null, take: source => source.CopyToAsync(target, stop), stop),
            count => progress?.Invoke(Math.Min(0.99, (double)count / size)), cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts a backup in the place of the schema <c>credit</c>. What was there is kept under another name.</summary>
    /// <param name="options">Which database.</param>
    /// <param name="path">A backup that was verified.</param>
    /// <param name="replace">Whether a store may be there.</param>
    /// <param name="cancellation">Gives up; what was there stays.</param>
    /// <returns>The new incarnation, and the schema that holds the old store; null when there was none.</returns>
    /// <exception cref="BackupException">A store is there, servers work on it, or the backup is of another kind or not whole.</exception>
    /// <exception cref="StoreException">The database cannot be written, or the backup is of a newer program.</exception>
    public static async Task<(uint Incarnation, string? Before)> RestoreAsync(
        PostgresStoreOptions options, string path, bool replace, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? before;
        await using (var database = new PostgresDatabase(options))
        {
            before = await SetAsideAsync(database, replace, options.Time, cancellation).ConfigureAwait(false);
            try
            {
                var manifest = await BackupFile.ReadAsync(
                    path, (said, data) => RunAsync(options, path, said, data, cancellation), cancellation).ConfigureAwait(false);
                await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
                var found = await ManifestAsync(connection, manifest.SchemaVersion, options.Time, cancellation).ConfigureAwait(false);
                if (!found.Holds(manifest))
                    throw new BackupException($"{path} does not hold what it says: take another backup.");
            }
            catch
            {
                await PutBackAsync(database, before).ConfigureAwait(false);
                throw;
            }
        }

        // Its rows are from another transaction than they say: opening it begins a new incarnation, and brings an older schema forward.
        return (await RenewedAsync(options, cancellation).ConfigureAwait(false), before);
    }

    /// <summary>Begins a new incarnation of a store that was put back by means that leave no trace, such as the cluster's files.</summary>
    /// <exception cref="BackupException">Servers work on it.</exception>
    /// <exception cref="StoreException">The backup cannot be written.</exception>
    public static async Task<uint> RenewAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using (var database = new PostgresDatabase(options))
        {
            await RequireIdleAsync(database, cancellation).ConfigureAwait(false);
            await ExecuteAsync(database, PostgresMark.Disown, cancellation).ConfigureAwait(false);
        }

        return await RenewedAsync(options, cancellation).ConfigureAwait(false);
    }

    private static async Task<uint> RenewedAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        var store = await PostgresStore.OpenAsync(options, cancellation).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
            return store.Incarnation;
    }

    private static Task RunAsync(
        PostgresStoreOptions options, string path, BackupManifest said, Stream data, CancellationToken cancellation)
    {
        if (said.Store != "postgres")
            throw new BackupException($"{path} is a backup of a store on {said.Store}: restore it with --store {said.Store}.");
        if (said.SchemaVersion > PostgresSchema.Current.Version)
        {
            throw new BackupException(
                $"{path} has schema version {said.SchemaVersion}, this program knows {PostgresSchema.Current.Version}: install the newer "
                + "program.");
        }

        var name = new NpgsqlConnectionStringBuilder(options.Connection).Database is { Length: > 0 } database ? database : "credit";
        return PostgresPrograms.RunAsync(
            "pg_restore", options.Connection,
            ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", $"--dbname={name}"],
            input => data.CopyToAsync(input, cancellation), take: null, cancellation);
    }

    private static async Task<string?> SetAsideAsync(
        PostgresDatabase database, bool replace, TimeProvider time, CancellationToken cancellation)
    {
        if (await PostgresSchema.Current.VersionAsync(database, cancellation).ConfigureAwait(false) == 0)
            return null;
        if (!replace)
        {
            throw new BackupException(
                "The database holds a store already. Restore into an empty database, or keep this one aside with --replace.");
        }

        await RequireIdleAsync(database, cancellation).ConfigureAwait(false);
        var aside = string.Create(CultureInfo.InvariantCulture, $"credit_before_{time.GetUtcNow().UtcDateTime:yyyyMMdd_HHmmssfff}");
        await ExecuteAsync(database, $"ALTER SCHEMA credit RENAME TO {aside}", cancellation).ConfigureAwait(false);
        return aside;
    }

    private static async Task PutBackAsync(PostgresDatabase database, string? before)
    {
        await ExecuteAsync(database, "DROP SCHEMA IF EXISTS credit CASCADE", CancellationToken.None).ConfigureAwait(false);
        if (before is not null)
            await ExecuteAsync(database, $"ALTER SCHEMA {before} RENAME TO credit", CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task RequireIdleAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        var holder = await ShardLeases.HolderAsync(database, cancellation).ConfigureAwait(false);
        var nodes = await StoreNodes.ListAsync(database, cancellation).ConfigureAwait(false);
        if (nodes is [var node, ..])
            throw new BackupException($"{node.Role} {node.Node} works on the database: end all nodes first.");
        if (holder is not null)
            throw new BackupException($"A server works on the database ({holder}): end it first.");
    }

    private static async Task<BackupManifest> ManifestAsync(
        NpgsqlConnection connection, int version, TimeProvider time, CancellationToken cancellation)
    {
        await using var heads = new NpgsqlCommand(SelectHeads, connection);
        var (events, changes, subjects) = (0L, 0L, 0L);
        await using (var row = await heads.ExecuteReaderAsync(cancellation).ConfigureAwait(false))
        {
            if (await row.ReadAsync(cancellation).ConfigureAwait(false))
                (events, changes, subjects) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        }

        var incarnation = (long)(await ScalarAsync(
            connection, "SELECT value FROM credit.meta WHERE name = 'incarnation'", cancellation).ConfigureAwait(false))!;
        var (kind, id) = RulebookName.Document;
        await using var find = new NpgsqlCommand(PostgresControl.FindOne, connection);
        find.Parameters.Add(P.Text(kind));
        find.Parameters.Add(P.Text(id));
        string? rulebook = null;
        await using (var row = await find.ExecuteReaderAsync(cancellation).ConfigureAwait(false))
        {
            if (await row.ReadAsync(cancellation).ConfigureAwait(false))
                rulebook = row.Text(3);
        }

        return new BackupManifest
        {
            Store = "postgres",
            SchemaVersion = version,
            Incarnation = string.Create(CultureInfo.InvariantCulture, $"{(uint)incarnation:x8}"),
            Rulebook = rulebook is null ? null : RulebookName.Of(rulebook),
            At = time.GetUtcNow(),
            Events = events,
            Changes = changes,
            Subjects = subjects,
        };
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
    }

    private static Task<bool> ExecuteAsync(PostgresDatabase database, string sql, CancellationToken cancellation) => database.TryAsync(
        async () =>
        {
            await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);
}
