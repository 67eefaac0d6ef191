using System.Net.Sockets;
using CreditGrains.Engine.Storage;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>Says what a failure of the server or of the way to it means, and what to do; tells which ones pass by themselves.</summary>
internal static class PostgresFault
{
    /// <summary>Whether the same call may succeed a moment later.</summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        PostgresException server => server.SqlState.StartsWith("08", StringComparison.Ordinal) || server.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.TooManyConnections,
        NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound } } => false,
        NpgsqlException => true,
        SocketException { SocketErrorCode: SocketError.HostNotFound } => false,
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// Whether the server itself has refused and undone a transaction, also where that comes in answer to its commit. Where it or a pooler
    /// says so in ending the connection, nothing is known.
    /// </summary>
    public static bool IsUndone(Exception failure) =>
        failure is PostgresException { InvariantSeverity: "ERROR" } server && !server.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>The store's own exception for a failure; null for one that is not the database's.</summary>
    public static StoreException? From(Exception failure) => failure switch
    {
        // The only process with the store open knows every symbol; an unknown one was written by a process that has taken the store over.
        ArgumentOutOfRangeException { ParamName: "symbol" } => new StoreException(
            "The database has symbols that this process has not made: another one has taken it over.", StoreFault.Unavailable, failure),
        StoreException store => store,
        PostgresException server => FromServer(server),
        NpgsqlException { InnerException: TimeoutException } => new StoreException(
            "PostgreSQL did not answer in time: look at its load and at the network.", StoreFault.Unavailable, failure),
        NpgsqlException or SocketException or IOException or TimeoutException => new StoreException(
            "PostgreSQL cannot be reached: check that the server runs, and host and port of the connection string. ("
            + (failure.InnerException ?? failure).Message + ")",
            StoreFault.Unavailable,
            failure),
        _ => null,
    };

    private static StoreException FromServer(PostgresException failure)
    {
        var (advice, fault) = failure.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword => (
                "PostgreSQL does not accept the password: correct it in the connection string (CREDIT_CONNECTION, or the file of "
                + "ConnectionFile).",
                StoreFault.Unavailable),
            PostgresErrorCodes.InvalidAuthorizationSpecification => (
                "PostgreSQL does not let this user in: check the user name, and pg_hba.conf on the server.", StoreFault.Unavailable),
            PostgresErrorCodes.InvalidCatalogName => (
                "The database does not exist: create it (CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0), or correct the name.",
                StoreFault.Unavailable),
            PostgresErrorCodes.InsufficientPrivilege => (
                "The database user lacks a right: it must own the schema credit, or may create it (GRANT CREATE ON DATABASE ... TO ...), "
                + "or has the rights of deploy/postgres/roles.sql, which is run again after each migration and restore.",
                StoreFault.ReadOnly),
            PostgresErrorCodes.DiskFull => (
                "The disk of the PostgreSQL server is full: free some space, then writing goes on by itself.", StoreFault.Full),
            PostgresErrorCodes.ReadOnlySqlTransaction => (
                "The PostgreSQL server takes no writes: it is a standby, or set to read-only. Connect to the primary.",
                StoreFault.ReadOnly),
            PostgresErrorCodes.TooManyConnections => (
                "PostgreSQL has no connection left: raise max_connections, or lower Maximum Pool Size in the connection string.",
                StoreFault.Busy),
            PostgresErrorCodes.LockNotAvailable => (
                "Another transaction holds rows for too long: look for it in pg_stat_activity.", StoreFault.Busy),
            PostgresErrorCodes.QueryCanceled => (
                "PostgreSQL gave up a statement that took too long: look at its load.", StoreFault.Busy),
            PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement => (
                "A pooler between here and PostgreSQL loses prepared statements: set max_prepared_statements in PgBouncer 1.21 or later, "
                + "or Max Auto Prepare=0 in the connection string.",
                StoreFault.Unavailable),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (
                "The database is damaged: restore a backup.", StoreFault.Corrupt),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName => (
                "The schema credit of the database is not whole: restore a backup, or choose another database.", StoreFault.Corrupt),
            _ => ("PostgreSQL could not do what was asked: look at its log.", StoreFault.Unavailable),
        };
        return new StoreException($"{advice} ({failure.SqlState}: {failure.MessageText})", fault, failure);
    }
}

/// <summary>The connection was lost while a commit was under way: it may have come about or not.</summary>
internal sealed class UnknownOutcomeException(Exception inner) : StoreException(
    "The connection to PostgreSQL was lost during a commit: whether it was written is found out with the next write.",
    StoreFault.Unavailable,
    inner);
