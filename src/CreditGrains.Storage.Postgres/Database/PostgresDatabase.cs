using System.Globalization;
using CreditGrains.Engine.Storage;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>
/// The server as the store uses it: a bounded pool, bounds of time in every transaction, and calls that go on trying for a while when the
/// server is gone. No state is left in a session: each transaction sets what it needs for itself alone, so that a pooler may hand sessions
/// around between transactions.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    // Plans once, since rows of arrays are many or few but always found by their index. To forbid a scan is to give it an enormous cost,
    // and that alone would make the server compile the plan each time.
    internal const string PrepareWrite = """
        SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', $4, true), set_config('synchronous_commit', $3, true),
            set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
        """;

    internal const string PrepareRead = """
        SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
            set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
        """;

    // A search is planned anew for what it looks for: rare and frequent words go different ways.
    internal const string PrepareSearch = """
        SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true),
            set_config('jit', 'off', true)
        """;

    private const int ReadBufferBytes = 256 * 1024;
    private const int WriteBufferBytes = 64 * 1024;
    internal const string SelectBackend = "SELECT pg_backend_pid()";

    // Finds itself: who keeps track of prepared statements on the way has given it a name of his own.
    internal const string SelectOwnName = "SELECT name FROM pg_prepared_statements WHERE statement = current_query()";

    // Npgsql's names of prepared statements begin with it; a pooler's do not.
    private const char OwnNamesBegin = '_';
    private const int FirstPauseMs = 20;
    private const int PauseMsMax = 500;

    private readonly NpgsqlDataSource _source;
    private readonly int _retryMsMax;
    private readonly string _statementMs;
    private readonly string _lockMs;
    private readonly string _idleMs;
    private bool _closed;

    /// <param name="options">Which server, and how it is used.</param>
    /// <param name="prepares">Whether statements that are used again are prepared, unless the connection string says.</param>
    /// <exception cref="StoreException">The connection string cannot be understood.</exception>
    public PostgresDatabase(PostgresStoreOptions options, bool prepares = true)
    {
        _retryMsMax = options.RetryMsMax;
        _statementMs = options.StatementMsMax.ToString(CultureInfo.InvariantCulture);
        _lockMs = options.LockMsMax.ToString(CultureInfo.InvariantCulture);

        // A process that stops in the middle of a transaction keeps rows from whoever takes over no longer than its lease does.
        _idleMs = Math.Min(options.LockMsMax, options.LeaseMs).ToString(CultureInfo.InvariantCulture);
        try
        {
            // Metrics name the pool by it: its default is the connection string without the password.
            _source = new NpgsqlDataSourceBuilder(Settings(options, prepares)) { Name = "store" }.Build();
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or InvalidOperationException)
        {
            // Its own message may repeat what was given, password included.
            throw new StoreException(
                "The connection string cannot be understood: it reads like Host=db.example;Port=5432;Username=credit;Password=...;"
                + "Database=credit.",
                StoreFault.Unavailable);
        }
    }

    /// <summary>The server's synchronous_commit, unless that would lose what is acknowledged (I1).</summary>
    public string SynchronousCommit { get; set; } = "on";

    /// <summary>Runs one statement and reads its rows; tries again while the server cannot be reached.</summary>
    public Task<List<T>> QueryAsync<T>(
        string prepare, Func<NpgsqlBatchCommand> statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        TryAsync(
            async () =>
            {
                await using var batch = _source.CreateBatch();
                batch.BatchCommands.Add(P.Command(prepare, P.Text(_statementMs)));
                batch.BatchCommands.Add(statement());
                await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                await rows.NextResultAsync(cancellation).ConfigureAwait(false);
                return await rows.TakeAsync(read, cancellation).ConfigureAwait(false);
            },
            cancellation);

    /// <summary>
    /// Runs one statement that reads at most one row by its key: nothing is set for it, the client's own timeout bounds it.
    /// </summary>
    public Task<T?> PointAsync<T>(Func<NpgsqlBatchCommand> statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        TryAsync(
            async () =>
            {
                await using var batch = _source.CreateBatch();
                batch.BatchCommands.Add(statement());
                await using var row = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                return await row.ReadAsync(cancellation).ConfigureAwait(false) ? read(row) : default;
            },
            cancellation);

    /// <summary>Runs work on one snapshot.</summary>
    public Task<T> SnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using var transaction = await connection
                .BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
            await using (var batch = new NpgsqlBatch(connection))
            {
                batch.BatchCommands.Add(P.Command(PrepareRead, P.Text(_statementMs)));
                await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }

            var result = await work(connection).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return result;
        },
        cancellation);

    /// <summary>
    /// Runs work in one durable transaction, all or nothing. It is run again when the server was lost before the commit, so it must not
    /// leave anything behind but through the transaction.
    /// </summary>
    /// <exception cref="UnknownOutcomeException">The server was lost during the commit.</exception>
    public Task<T> WriteAsync<T>(Func<PostgresTransaction, Task<T>> work, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            cancellation.ThrowIfCancellationRequested();
            await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            var begun = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using var disposal = begun.ConfigureAwait(false);
            var transaction = new PostgresTransaction(connection, Preparation);
            var result = await work(transaction).ConfigureAwait(false);
            try
            {
                await begun.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException && !PostgresFault.IsUndone(lost))
            {
                throw new UnknownOutcomeException(lost);
            }

            return result;
        },
        cancellation);

    /// <summary>
    /// Runs statements in one durable transaction and one round trip on the thread that calls, once: when the server is lost on the way,
    /// they have come about or not.
    /// </summary>
    /// <returns>The rows of the one statement among them that gives any.</returns>
    public List<T> WriteAtOnce<T>(IEnumerable<NpgsqlBatchCommand> statements, Func<NpgsqlDataReader, T> read) =>
        Blocking(connection => Rows(connection, [Preparation(), .. statements], read));

    /// <summary>Runs one statement that reads on the thread that calls, once.</summary>
    public List<T> ReadAtOnce<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read) =>
        Blocking(connection => Rows(connection, [P.Command(PrepareRead, P.Text(_statementMs)), statement], read));

    /// <summary>A connection for a caller that cannot wait otherwise than by blocking: symbols, a few in a store's life.</summary>
    public T Blocking<T>(Func<NpgsqlConnection, T> work)
    {
        try
        {
            using var connection = _source.OpenConnection();
            return work(connection);
        }
        catch (Exception failure) when (failure is not StoreException && PostgresFault.From(failure) is not null)
        {
            throw PostgresFault.From(failure)!;
        }
        catch (ObjectDisposedException closed)
        {
            throw new StoreException("The store is closed.", StoreFault.Unavailable, closed);
        }
    }

    /// <summary>A connection outside of all this, for the schema.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation) => _source.OpenConnectionAsync(cancellation);

    /// <summary>
    /// Whether a pooler on the way hands sessions around and does not keep track of what was prepared in them. Prepared statements must not
    /// be used then: under the name of one there may be another, with parameters of the same types.
    /// </summary>
    public Task<bool> LosesPreparedStatementsAsync(CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);

            // Within a transaction it is one session all the time.
            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using var backend = new NpgsqlCommand(SelectBackend, connection);
            if (await backend.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is int process && process == connection.ProcessID)
                return false;
            await using var ownName = new NpgsqlCommand(SelectOwnName, connection);
            try
            {
                await ownName.PrepareAsync(cancellation).ConfigureAwait(false);
                await using var rows = await ownName.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                var names = await rows.TakeAsync(row => row.GetString(0), cancellation).ConfigureAwait(false);
                return names.Count == 0 || names.Exists(name => name[0] == OwnNamesBegin);
            }
            catch (PostgresException lost) when (lost.SqlState is PostgresErrorCodes.InvalidSqlStatementName
                or PostgresErrorCodes.DuplicatePreparedStatement)
            {
                return true;
            }
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Runs a call; while the server cannot be reached, again, within the bound.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var pauseMs = FirstPauseMs; ; pauseMs = Math.Min(pauseMs * 2, PauseMsMax))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_closed)
                throw new StoreException("The store is closed.", StoreFault.Unavailable);
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresFault.IsTransient(failure)
                && TimeProvider.System.GetElapsedTime(started).TotalMilliseconds + pauseMs < _retryMsMax)
            {
                await Task.Delay(pauseMs, cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not StoreException && PostgresFault.From(failure) is not null)
            {
                throw PostgresFault.From(failure)!;
            }
            catch (ObjectDisposedException closed)
            {
                throw new StoreException("The store is closed.", StoreFault.Unavailable, closed);
            }
        }
    }

    private NpgsqlBatchCommand Preparation() =>
        P.Command(PrepareWrite, P.Text(_statementMs), P.Text(_lockMs), P.Text(SynchronousCommit), P.Text(_idleMs));

    /// <summary>Runs a preparation and statements in one round trip; the rows that come after those of the preparation.</summary>
    private static List<T> Rows<T>(NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> statements, Func<NpgsqlDataReader, T> read)
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        using var row = batch.ExecuteReader();
        row.NextResult();
        var rows = new List<T>();
        while (row.Read())
            rows.Add(read(row));
        row.NextResult();
        return rows;
    }

    /// <summary>The settings as the program chooses them where the connection string does not.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be understood.</exception>
    private static string Settings(PostgresStoreOptions options, bool prepares)
    {
        var given = new NpgsqlConnectionStringBuilder(options.Connection);
        void Unless(string name, object value)
        {
            if (!given.ShouldSerialize(name))
                given[name] = value;
        }

        Unless("Host", "localhost");
        Unless("Database", "credit");
        Unless("Application Name", "credit");
        Unless("Maximum Pool Size", options.ConnectionsMax);
        Unless("Timeout", 5);
        Unless("Command Timeout", (options.StatementMsMax / 1000) + 5);
        Unless("Max Auto Prepare", prepares ? 100 : 0);
        Unless("Auto Prepare Min Usages", 2);
        Unless("No Reset On Close", true);
        Unless("Keepalive", 30);
        Unless("Include Error Detail", false);

        // Pages of states and batches of the journal are some megabytes: a fraction of the calls to the system. What is read fits all that
        // a socket holds.
        Unless("Read Buffer Size", ReadBufferBytes);
        Unless("Write Buffer Size", WriteBufferBytes);
        return given.ConnectionString;
    }
}
