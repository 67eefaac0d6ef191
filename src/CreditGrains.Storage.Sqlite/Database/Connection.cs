using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>One connection with its prepared statements, used by one caller at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;

    private Connection(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
    }

    public bool InTransaction => sqlite3_get_autocommit(_database) == 0;

    public static Connection Open(string path, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            var opened = new Connection(connection);
            opened.Run(pragmas);
            return opened;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw SqliteFault.From(failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The prepared statement of a constant text, ready to be bound.</summary>
    public Statement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
            return known;
        var result = sqlite3_prepare_v3(_database, sql, SQLITE_PREPARE_PERSISTENT, out var native);
        if (result != SQLITE_OK)
            throw SqliteFault.From(_database, result);
        return _statements[sql] = new Statement(_database, native);
    }

    /// <summary>Runs a script that gives no rows worth reading.</summary>
    public void Run(string script)
    {
        var result = sqlite3_exec(_database, script);
        if (result != SQLITE_OK)
            throw SqliteFault.From(_database, result);
    }

    /// <summary>Runs the work inside one read transaction: all its queries see the same state.</summary>
    public T Snapshot<T>(Func<Connection, T> work)
    {
        Prepare("BEGIN").Execute();
        try
        {
            return work(this);
        }
        finally
        {
            Rollback();
        }
    }

    /// <summary>Copies all pages into another database; inside a snapshot, those of the snapshot, however long it takes.</summary>
    public void CopyTo(Connection target, int pagesAtOnce, Action<double> progress, CancellationToken cancellation)
    {
        using var backup = sqlite3_backup_init(target._database, "main", _database, "main");
        if (backup.IsInvalid)
            throw SqliteFault.From(target._database, sqlite3_errcode(target._database));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = sqlite3_backup_step(backup, pagesAtOnce);
            if (result == SQLITE_DONE)
                return;
            if (result != SQLITE_OK)
                throw SqliteFault.From(target._database, result);
            progress(1 - ((double)sqlite3_backup_remaining(backup) / Math.Max(1, sqlite3_backup_pagecount(backup))));
        }
    }

    /// <summary>SQL functions of migrations: instants of JSON in ticks, and base64 as bytes; null gives null.</summary>
    public void AddMigrationFunctions()
    {
        _connection.CreateFunction(
            "ticks",
            static (string? at) => at is null ? (long?)null : DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).UtcTicks,
            isDeterministic: true);
        _connection.CreateFunction(
            "from_base64",
            static (string? text) => string.IsNullOrEmpty(text) ? null : Convert.FromBase64String(text),
            isDeterministic: true);
    }

    public void Begin() => Prepare("BEGIN IMMEDIATE").Execute();

    public void Commit() => Prepare("COMMIT").Execute();

    /// <summary>Ends the transaction without effect. SQLite ends it by itself on some errors, a full disk among them.</summary>
    public void Rollback()
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
        if (InTransaction)
            Prepare("ROLLBACK").Execute();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }
}
