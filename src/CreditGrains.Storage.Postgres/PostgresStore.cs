using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using CreditGrains.Storage.Postgres.Nodes;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// The store in the schema <c>credit</c> of a PostgreSQL database (15 or later). While it is open it holds the leases of all shards: a
/// second process is refused, and one that was taken for dead writes nothing when it wakes up. Opened as shared, it takes no lease by
/// itself.
/// </summary>
public sealed class PostgresStore : IStore
{
    internal const string SelectServer = """
        SELECT current_setting('server_version_num')::int4, current_setting('server_encoding'), pg_is_in_recovery(),
            current_setting('synchronous_commit')
        """;

    private const int VersionMin = 150_000;
    private const int NodeLastsMs = 4_000;
    private const int NodesSince = 4;

    private readonly PostgresDatabase _database;
    private readonly ShardLeases _leases;
    private readonly PostgresMark _mark;
    private bool _disposed;

    private PostgresStore(
        PostgresDatabase database, ShardLeases leases, SymbolRows rows, SymbolTable symbols, int shardCount, PostgresMark mark,
        (uint Incarnation, IReadOnlyList<uint> Former, string? PutBack) opened, PostgresStoreOptions options)
    {
        Nodes = new StoreNodes(database, leases.Owner, options.Time, NodeLastsMs, options.Faults);
        Topology = options.Shared ? Nodes : null;
        _database = database;
        _leases = leases;
        Symbols = symbols;
        ShardCount = shardCount;
        _mark = mark;
        (Incarnation, FormerIncarnations, PutBack) = opened;
        var journal = new PostgresJournal(database, leases, rows, symbols, shardCount, options.Shared, options.Time);
        Journal = journal;
        NameKeys = new NameKeys(database, options.Time);
        Subjects = new PostgresSubjectStore(database, leases, journal, NameKeys, rows, symbols, shardCount, options.Time);
        Quarantine = new PostgresQuarantine(database, leases);
        AccessLog = new PostgresAccessLog(database, leases, options.AccessRunLength);
        IdentifierExceptions = new PostgresIdentifierExceptions(database, leases);
        Control = new PostgresControl(database, leases, options.Time);
        Jobs = new PostgresJobs(database, leases, options.Time);
        CommandAnswers = new PostgresCommandAnswers(database, leases);
        Statistics = new PostgresStatistics(database, leases, options.Time);
        Reports = new PostgresReports(database, leases);
        Feedback = new PostgresFeedback(database, leases);
        Proofs = new PostgresProofs(database, leases);
        MeasureTasks = new PostgresMeasureTasks(database, leases, options.Time);
        WatchlistDigests = new PostgresWatchlistDigests(database, leases, options.Time);
        Deadlines = new PostgresDeadlines(database, leases);
    }

    /// <inheritdoc/>
    public int ShardCount { get; }

    /// <summary>Two: one transaction alone leaves the server waiting for this process, and this process for the server.</summary>
    public int AppendLanes => 2;

    /// <inheritdoc/>
    public uint Incarnation { get; }

    /// <inheritdoc/>
    public IReadOnlyList<uint> FormerIncarnations { get; }

    /// <inheritdoc/>
    public string? PutBack { get; }

    /// <inheritdoc/>
    public SymbolTable Symbols { get; }

    /// <inheritdoc/>
    public IJournal Journal { get; }

    /// <inheritdoc/>
    public ISubjectStore Subjects { get; }

    /// <inheritdoc/>
    public IQuarantine Quarantine { get; }

    /// <inheritdoc/>
    public IAccessLog AccessLog { get; }

    /// <inheritdoc/>
    public IIdentifierExceptionStore IdentifierExceptions { get; }

    /// <inheritdoc/>
    public IControlStore Control { get; }

    /// <inheritdoc/>
    public IJobStore Jobs { get; }

    /// <inheritdoc/>
    public ICommandAnswerStore CommandAnswers { get; }

    /// <inheritdoc/>
    public IStatisticsStore Statistics { get; }

    /// <inheritdoc/>
    public IReportStore Reports { get; }

    /// <inheritdoc/>
    public IFeedbackStore Feedback { get; }

    /// <inheritdoc/>
    public IProofStore Proofs { get; }

    /// <inheritdoc/>
    public IMeasureTaskStore MeasureTasks { get; }

    public IWatchlistDigestStore WatchlistDigests { get; }

    /// <inheritdoc/>
    public IDeadlineStore Deadlines { get; }

    /// <inheritdoc/>
    public CancellationToken LeaseLost => _leases.AllLost;

    /// <summary>The shards that this process works on: all of them from the start, unless the store is shared.</summary>
    public IShardLeases Leases => _leases;

    /// <summary>The processes that have the store open together; a process that shares it joins them.</summary>
    public StoreNodes Nodes { get; }

    /// <inheritdoc/>
    INodeRegistry? IStore.Nodes => Nodes;

    /// <inheritdoc/>
    public ITopologyStore? Topology { get; }

    internal PostgresDatabase Database => _database;

    /// <summary>Folds what a migration left; tests wait for its end.</summary>
    internal NameKeys NameKeys { get; }

    /// <summary>Opens the store, creating or upgrading it.</summary>
    /// <exception cref="StoreException">The store cannot be reached or used, the message says why; Busy: another server works on it;
    /// NewerSchema: a newer program wrote it.</exception>
    public static async Task<PostgresStore> OpenAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ShardCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ShardCount, 4_096);
        var database = await ConnectAsync(options, cancellation).ConfigureAwait(false);
        ShardLeases? leases = null;
        try
        {
            if (options.Shared)
                await RequireSchemaAsync(database, PostgresSchema.Current, cancellation).ConfigureAwait(false);
            await PostgresSchema.Current.MigrateAsync(database, options.ShardCount, cancellation).ConfigureAwait(false);
            await PostgresSchema.AnalyzeAsync(database, cancellation).ConfigureAwait(false);
            await RequireRightsAsync(database, cancellation).ConfigureAwait(false);
            var shardCount = await PostgresSchema.FoundedAsync(database, cancellation).ConfigureAwait(false);
            leases = new ShardLeases(database, shardCount, options);
            if (!options.Shared)
                await leases.TakeAsync([.. Enumerable.Range(0, shardCount)], cancellation).ConfigureAwait(false);
            var mark = new PostgresMark(database, options.MarkFile, options.Time);
            var opened = await mark.OpenAsync(options.Shared, cancellation).ConfigureAwait(false);
            var symbols = new SymbolTable(options.Shared ? new SharedSymbols(database) : null);
            var rows = new SymbolRows(symbols, options.Shared);
            await rows.ReadAsync(database, cancellation).ConfigureAwait(false);
            return new PostgresStore(database, leases, rows, symbols, shardCount, mark, opened, options);
        }
        catch
        {
            if (leases is not null)
                await leases.DisposeAsync().ConfigureAwait(false);
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates or upgrades the schema, has tables analyzed that never were, and does nothing else.</summary>
    /// <returns>The versions before and after; equal when there was nothing to do, 0 for none.</returns>
    /// <exception cref="StoreException">As for opening.</exception>
    public static async Task<(int From, int To)> MigrateAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = await ConnectAsync(options, cancellation).ConfigureAwait(false);
        await using var disposal = database.ConfigureAwait(false);
        await RequireNoNodesAsync(database, cancellation).ConfigureAwait(false);
        var migrated = await PostgresSchema.Current.MigrateAsync(database, options.ShardCount, cancellation).ConfigureAwait(false);

        // Only an owner may: a server under a role of its own opens the store without.
        await PostgresSchema.AnalyzeAsync(database, cancellation).ConfigureAwait(false);
        return migrated;
    }

    /// <summary>
    /// Under nodes that could not write any more, a migration would stop their folding and searching while they acknowledge events.
    /// </summary>
    /// <exception cref="StoreException">Nodes run that must end first.</exception>
    private static async Task RequireNoNodesAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        var version = await PostgresSchema.Current.VersionAsync(database, cancellation).ConfigureAwait(false);
        if (version < NodesSince || !PostgresSchema.Current.EndsNodesFrom(version))
            return;
        var nodes = (await StoreNodes.ListAsync(database, cancellation).ConfigureAwait(false)).Select(node => $"{node.Role} {node.Node}");
        if (await ShardLeases.HolderAsync(database, cancellation).ConfigureAwait(false) is { } holder)
            nodes = nodes.DefaultIfEmpty(holder);
        if (nodes.ToList() is { Count: > 0 } running)
        {
            throw new StoreException(
                $"Schema version {version} is in use ({string.Join(", ", running)}), and these processes cannot write version "
                + $"{PostgresSchema.Current.Version}: end all of them, then migrate.",
                StoreFault.Conflict);
        }
    }

    /// <exception cref="StoreException">The user lacks rights on some table.</exception>
    private static async Task RequireRightsAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        if (await PostgresSchema.Current.WithoutRightsAsync(database, cancellation).ConfigureAwait(false) is { Count: > 0 } tables)
        {
            throw new StoreException(
                $"The database user lacks rights on {string.Join(", ", tables)}: run deploy/postgres/roles.sql of this release, as after "
                + "each migration and restore.",
                StoreFault.ReadOnly);
        }
    }

    /// <summary>Looks at a database without changing it.</summary>
    /// <exception cref="StoreException">As for opening.</exception>
    public static async Task<PostgresInspection> InspectAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = await ConnectAsync(options, cancellation).ConfigureAwait(false);
        await using var disposal = database.ConfigureAwait(false);
        var server = await database.PointAsync(() => P.Command(SelectServer), row => row.GetInt32(0), cancellation).ConfigureAwait(false);
        var schema = PostgresSchema.Current;
        var version = await schema.VersionAsync(database, cancellation).ConfigureAwait(false);
        var holder = version == 0 ? null : await ShardLeases.HolderAsync(database, cancellation).ConfigureAwait(false);
        var nodes = version < NodesSince ? [] : await StoreNodes.ListAsync(database, cancellation).ConfigureAwait(false);
        var withoutRights = version == 0 ? [] : await schema.WithoutRightsAsync(database, cancellation).ConfigureAwait(false);
        return new PostgresInspection($"{server / 10_000}.{server % 10_000}", version, schema.Version, holder, nodes, withoutRights);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await NameKeys.DisposeAsync().ConfigureAwait(false);
        await Nodes.DisposeAsync().ConfigureAwait(false);
        await _mark.CloseAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves everything as a killed process would: connections cut, leases neither renewed nor given back.</summary>
    internal async Task AbandonAsync()
    {
        _disposed = true;
        await NameKeys.DisposeAsync().ConfigureAwait(false);
        await Nodes.AbandonAsync().ConfigureAwait(false);
        await _leases.AbandonAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <exception cref="ArgumentException">The subject does not hash to the shard.</exception>
    internal static void RequireShard(SubjectId subject, int shard, int shardCount)
    {
        if (ShardMap.ShardOf(subject, shardCount) != shard)
            throw new ArgumentException($"Subject {subject} does not belong to shard {shard}.", nameof(shard));
    }

    /// <summary>A newer program does not bring the schema forward under processes that work on it.</summary>
    internal static async Task RequireSchemaAsync(PostgresDatabase database, PostgresSchema schema, CancellationToken cancellation)
    {
        var version = await schema.VersionAsync(database, cancellation).ConfigureAwait(false);
        if (version < NodesSince || version == schema.Version)
            return;
        if (await StoreNodes.ListAsync(database, cancellation).ConfigureAwait(false) is [var node, ..])
        {
            throw new NodeRefusedException(
                $"The running cluster works on schema version {version} ({node.Role} {node.Node}), this program needs "
                + $"{schema.Version}. If its release notes say that running nodes bear the migration: credit migrate, then "
                + "restart node by node. Else end all nodes and start again.",
                isRulebook: false);
        }
    }

    /// <summary>Connects and looks whether the server will do.</summary>
    private static async Task<PostgresDatabase> ConnectAsync(PostgresStoreOptions options, CancellationToken cancellation)
    {
        var database = new PostgresDatabase(options);
        try
        {
            if (await database.LosesPreparedStatementsAsync(cancellation).ConfigureAwait(false))
            {
                await database.DisposeAsync().ConfigureAwait(false);
                database = new PostgresDatabase(options, prepares: false);
            }

            var server = await database.PointAsync(
                () => P.Command(SelectServer),
                row => (Version: row.GetInt32(0), Encoding: row.GetString(1), Standby: row.GetBoolean(2), Commit: row.GetString(3)),
                cancellation).ConfigureAwait(false);
            if (server.Version < VersionMin)
            {
                throw new StoreException(
                    $"The server is PostgreSQL {server.Version / 10_000}; 15 or later is needed: upgrade it.", StoreFault.Unavailable);
            }

            if (server.Encoding != "UTF8")
            {
                throw new StoreException(
                    $"The database has encoding {server.Encoding}, which cannot hold Chinese names as they are sent: create it with "
                    + "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.",
                    StoreFault.Unavailable);
            }

            if (server.Standby)
            {
                throw new StoreException(
                    "The PostgreSQL server is a standby and takes no writes: connect to the primary.", StoreFault.ReadOnly);
            }

            database.SynchronousCommit = server.Commit == "off" ? "on" : server.Commit;
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
