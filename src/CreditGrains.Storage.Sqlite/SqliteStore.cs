using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The store in one SQLite file. One connection writes, each commit synced to disk; a bounded pool reads beside it from snapshots. The file
/// serves one process at a time.
/// </summary>
public sealed class SqliteStore : IStore
{
    private readonly DirectoryLock _lock;
    private readonly Writer _writer;
    private readonly Readers _readers;
    private readonly JournalKeys _keys;
    private readonly NameIndex _names;
    private readonly SqliteMark _mark;
    private bool _disposed;

    private SqliteStore(
        SqliteStoreOptions options,
        DirectoryLock held,
        Writer writer,
        Readers readers,
        JournalKeys keys,
        NameIndex names,
        SymbolTable symbols,
        int shardCount,
        SqliteMark mark,
        (uint Incarnation, IReadOnlyList<uint> Former, string? PutBack) opened)
    {
        _lock = held;
        _writer = writer;
        _readers = readers;
        _keys = keys;
        _names = names;
        Symbols = symbols;
        ShardCount = shardCount;
        _mark = mark;
        (Incarnation, FormerIncarnations, PutBack) = opened;
        Journal = new SqliteJournal(writer, readers, keys, symbols, shardCount, options.Time);
        Subjects = new SqliteSubjectStore(writer, readers, names, symbols, shardCount, options.Time);
        Quarantine = new SqliteQuarantine(writer, readers);
        AccessLog = new SqliteAccessLog(writer, readers, options.AccessRunLength);
        IdentifierExceptions = new SqliteIdentifierExceptions(writer, readers);
        Control = new SqliteControlStore(writer, readers, options.Time);
        Jobs = new SqliteJobStore(writer, readers, options.Time);
        CommandAnswers = new SqliteCommandAnswers(writer, readers);
        Statistics = new SqliteStatistics(writer, readers, options.Time);
        Reports = new SqliteReports(writer, readers);
        Feedback = new SqliteFeedback(writer, readers);
        Proofs = new SqliteProofs(writer, readers);
        MeasureTasks = new SqliteMeasureTasks(writer, readers, options.Time);
        WatchlistDigests = new SqliteWatchlistDigests(writer, readers, options.Time);
        Deadlines = new SqliteDeadlines(writer, readers);
    }

    /// <inheritdoc/>
    public int ShardCount { get; }

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

    /// <summary>Opens the store, creating or upgrading it.</summary>
    /// <exception cref="StoreException">Another server uses it, a newer program wrote it, or it cannot be read or written.</exception>
    public static Task<SqliteStore> OpenAsync(SqliteStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ShardCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ShardCount, 4_096);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReadConnectionsMax, 1);
        return Task.Run(() => Open(options), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _keys.CloseAsync().ConfigureAwait(false);
        _keys.Dispose();
        await _names.CloseAsync().ConfigureAwait(false);
        _names.Dispose();
        _readers.Dispose();
        await MarkEndAsync().ConfigureAwait(false);
        await _writer.CloseAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>So that a copy that was made while the store was open is known for one.</summary>
    private async Task MarkEndAsync()
    {
        try
        {
            await _writer.RunAsync(
                WriteLane.Other,
                connection =>
                {
                    _mark.Mark(connection);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
            _mark.PutInPlace();
        }
        catch (Exception full) when (full is StoreException or IOException or UnauthorizedAccessException)
        {
            // The mark of the opening holds.
        }
    }

    /// <summary>Does now what writes leave for later.</summary>
    internal async Task TidyAsync()
    {
        await _keys.WriteAsync().ConfigureAwait(false);
        await _names.IndexAsync().ConfigureAwait(false);
    }

    /// <summary>Caps the file at a number of pages (0: no cap), so that tests can fill it up.</summary>
    internal Task LimitPagesAsync(int pages) => _writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            var limit = pages == 0 ? int.MaxValue - 1 : pages;
            connection.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {limit}"));
            return true;
        },
        CancellationToken.None);

    /// <summary>Plan of a query, one step a line; for the index test.</summary>
    internal Task<string> PlanAsync(string sql) => _readers.ScanAsync(
        connection =>
        {
            var steps = new List<string>();
            var rows = connection.Prepare("EXPLAIN QUERY PLAN " + sql);
            while (rows.Read())
                steps.Add(rows.Text(3));
            return string.Join('\n', steps);
        },
        CancellationToken.None);

    /// <exception cref="ArgumentException">The subject does not hash to the shard.</exception>
    internal static void RequireShard(SubjectId subject, int shard, int shardCount)
    {
        if (ShardMap.ShardOf(subject, shardCount) != shard)
            throw new ArgumentException($"Subject {subject} does not belong to shard {shard}.", nameof(shard));
    }

    private static SqliteStore Open(SqliteStoreOptions options)
    {
        var held = DirectoryLock.Take(options.Path);
        Writer? writer = null;
        Readers? readers = null;
        try
        {
            var symbols = new SymbolTable();
            var rows = new SymbolRows(symbols);
            int shardCount;
            (uint Incarnation, IReadOnlyList<uint> Former, string? PutBack) opened;
            var mark = new SqliteMark(options.Path, options.Time);
            PrivateFile.Touch(options.Path);
            writer = new Writer(() => OpenConnection(options, options.CacheKibibytes), rows, options.Time);
            var keys = new JournalKeys(writer, options.UnwrittenEntriesMax);
            var names = new NameIndex(writer, options.UnindexedNamesMax);
            using (var connection = OpenConnection(options, options.CacheKibibytes))
            {
                (shardCount, var incarnation) = SqliteSchema.Prepare(connection, options.ShardCount);
                opened = mark.Open(connection, incarnation);
                rows.Read(connection);
                keys.Read(connection);
                names.Read(connection);
            }

            readers = new Readers(() => OpenConnection(options, options.CacheKibibytes / 8), options.ReadConnectionsMax);
            names.Resume();
            return new SqliteStore(options, held, writer, readers, keys, names, symbols, shardCount, mark, opened);
        }
        catch
        {
            readers?.Dispose();
            writer?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// WAL lets readers go on while one writes; FULL syncs every commit (I1). A checkpoint each 4,000 pages gathers several writes of one
    /// page into one, and the log file is cut back to about as much after it. Foreign keys are not used. No part of the file is mapped into
    /// memory: where a checkpoint fails on a full disk, SQLite leaves the end of a mapped file without blocks, and a read of such a page,
    /// or of one that the disk cannot give, ends the process by SIGBUS instead of failing (R3).
    /// </summary>
    private static Connection OpenConnection(SqliteStoreOptions options, int cacheKibibytes) => Connection.Open(
        options.Path,
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = OFF;
            PRAGMA busy_timeout = 5000;
            PRAGMA wal_autocheckpoint = 4000;
            PRAGMA journal_size_limit = 16777216;
            PRAGMA cache_size = -{cacheKibibytes};
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            """));
}
