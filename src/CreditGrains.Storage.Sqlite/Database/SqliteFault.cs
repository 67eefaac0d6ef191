using CreditGrains.Engine.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>Turns SQLite's result codes into what a caller can act on.</summary>
internal static class SqliteFault
{
    public static StoreException From(sqlite3 database, int result)
    {
        var extended = sqlite3_extended_errcode(database);
        var text = sqlite3_errmsg(database).utf8_to_string();
        return From((extended & 0xff) == (result & 0xff) ? extended : result, text, null);
    }

    public static StoreException From(SqliteException exception) =>
        From(exception.SqliteExtendedErrorCode, exception.Message, exception);

    private static StoreException From(int extended, string text, Exception? inner)
    {
        if (extended is SQLITE_CONSTRAINT_UNIQUE or SQLITE_CONSTRAINT_PRIMARYKEY)
            return new UniqueViolationException(text);
        var detail = $" (SQLite {extended}: {text})";
        return (extended & 0xff) switch
        {
            SQLITE_FULL => new StoreException(
                "The disk of the data directory is full: free some space, then writing goes on by itself." + detail,
                StoreFault.Full,
                inner),

            // A full disk shows like this where SQLite grows its shared-memory file.
            SQLITE_IOERR when extended == SQLITE_IOERR_SHMSIZE => new StoreException(
                "The disk of the data directory is full: free some space, then writing goes on by itself." + detail,
                StoreFault.Full,
                inner),
            SQLITE_READONLY or SQLITE_PERM => new StoreException(
                "The data directory may not be written: check the rights of the file, its folder and the file system." + detail,
                StoreFault.ReadOnly,
                inner),
            SQLITE_BUSY or SQLITE_LOCKED => new StoreException(
                "The database is held by another program: end it, or try again." + detail, StoreFault.Busy, inner),
            SQLITE_CORRUPT or SQLITE_NOTADB => new StoreException(
                "The database file is damaged or is not a database: restore a backup." + detail, StoreFault.Corrupt, inner),
            SQLITE_CANTOPEN => new StoreException(
                "The database file cannot be opened: check the path and the rights of its folder." + detail,
                StoreFault.Unavailable,
                inner),
            _ => new StoreException(
                "The database could not do what was asked: look at the disk and the system's log." + detail,
                StoreFault.Unavailable,
                inner),
        };
    }
}

/// <summary>A unique key is already there; the table's own code says which one.</summary>
internal sealed class UniqueViolationException(string message) : StoreException(message, StoreFault.Conflict);
