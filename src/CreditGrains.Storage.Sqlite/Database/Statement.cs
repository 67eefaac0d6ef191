using System.Text;
using SQLitePCL;
using static SQLitePCL.raw;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>
/// One prepared statement of one connection, typed at the point of use. It sits directly on the native statement: a command object
/// per execution costs as much as the point read it carries. Not safe for concurrent use, like its connection.
/// </summary>
internal sealed class Statement(sqlite3 database, sqlite3_stmt native) : IDisposable
{
    private int _bound;
    private Exception? _bindFailure;

    public Statement Bind(long value) => Bound(sqlite3_bind_int64(native, ++_bound, value));

    public Statement Bind(long? value) => value is { } some ? Bind(some) : BindNull();

    public Statement Bind(int value) => Bound(sqlite3_bind_int(native, ++_bound, value));

    public Statement Bind(int? value) => value is { } some ? Bind(some) : BindNull();

    public Statement Bind(DateOnly? value) => Bind(value?.DayNumber);

    public Statement Bind(DateTimeOffset value) => Bind(value.UtcTicks);

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        var length = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (length > 512)
            return Bound(sqlite3_bind_text(native, ++_bound, (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(value)));
        Span<byte> utf8 = stackalloc byte[512];
        return Bound(sqlite3_bind_text(native, ++_bound, (ReadOnlySpan<byte>)utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
    }

    /// <summary>A blob; an empty one stays empty, it does not become null.</summary>
    public Statement Bind(ReadOnlySpan<byte> value) =>
        Bound(value.IsEmpty ? sqlite3_bind_zeroblob(native, ++_bound, 0) : sqlite3_bind_blob(native, ++_bound, value));

    public Statement BindBlob(byte[]? value) => value is null ? BindNull() : Bind(value.AsSpan());

    /// <summary>Moves to the next row; false, and ready for the next use, when there is none.</summary>
    public bool Read()
    {
        var failure = _bindFailure;
        if (failure is null)
        {
            var result = sqlite3_step(native);
            if (result == SQLITE_ROW)
                return true;
            if (result == SQLITE_DONE)
            {
                Reset();
                return false;
            }

            failure = SqliteFault.From(database, result);
        }

        Reset();
        throw failure;
    }

    /// <summary>Executes a statement that gives no rows and returns the number of rows that it changed.</summary>
    public int Execute()
    {
        while (Read())
        {
        }

        return sqlite3_changes(database);
    }

    /// <summary>Ends an execution whose remaining rows are not wanted.</summary>
    public void Reset()
    {
        _bound = 0;
        _bindFailure = null;
        _ = sqlite3_reset(native);
    }

    public bool IsNull(int column) => sqlite3_column_type(native, column) == SQLITE_NULL;

    public long Long(int column) => sqlite3_column_int64(native, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int Int(int column) => sqlite3_column_int(native, column);

    public string Text(int column) => sqlite3_column_text(native, column).utf8_to_string() ?? string.Empty;

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => sqlite3_column_blob(native, column).ToArray();

    /// <summary>The bytes in place, until the next step.</summary>
    public ReadOnlySpan<byte> BlobInPlace(int column) => sqlite3_column_blob(native, column);

    public byte[]? BlobOrNull(int column) => IsNull(column) ? null : Blob(column);

    public DateOnly? DateOrNull(int column) => IsNull(column) ? null : DateOnly.FromDayNumber(Int(column));

    public DateTimeOffset Instant(int column) => new(Long(column), TimeSpan.Zero);

    public void Dispose() => native.Dispose();

    private Statement BindNull() => Bound(sqlite3_bind_null(native, ++_bound));

    private Statement Bound(int result)
    {
        // Kept for Read: a failure inside a chain of bindings must still leave the statement reset.
        if (result != SQLITE_OK)
            _bindFailure ??= SqliteFault.From(database, result);
        return this;
    }
}
