using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>The one writing connection: runs transactions one after the other, each whole or not at all.</summary>
internal sealed class Writer(Func<Connection> open, SymbolRows symbols, TimeProvider time) : IDisposable
{
    private const string Checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";

    /// <summary>On a disk that stays full, how long after a checkpoint that found no room the next one is tried.</summary>
    private static readonly TimeSpan CheckpointPause = TimeSpan.FromSeconds(1);

    private readonly WriteGate _turns = new();
    private readonly WorkThreads _thread = new("sqlite write", 1);
    private Connection? _connection;
    private bool _closed;
    private long? _checkpointFailedAt;

    /// <summary>
    /// Runs the work in one durable transaction, new symbols included. A failure leaves nothing behind. On a full disk the work may be run
    /// a second time, after the room that the log takes has been given back.
    /// </summary>
    public Task<T> RunAsync<T>(WriteLane lane, Func<Connection, T> work, CancellationToken cancellation) =>
        RunAsync(lane, work, static () => { }, cancellation);

    /// <summary>The same; <paramref name="undo"/> takes back, before the next one writes, what failed work left in memory.</summary>
    public async Task<T> RunAsync<T>(WriteLane lane, Func<Connection, T> work, Action undo, CancellationToken cancellation)
    {
        await _turns.EnterAsync(lane, cancellation).ConfigureAwait(false);
        try
        {
            // SQLite works on the thread that calls it: never on one of the pool that others wait for.
            if (_closed || !Thread.CurrentThread.IsThreadPoolThread)
                return Run(work, undo);
            return await _thread.RunAsync(() => Run(work, undo)).ConfigureAwait(false);
        }
        finally
        {
            _turns.Leave();
        }
    }

    /// <summary>Brings the log into the database and cuts it off. False when a reader is in the way, or there is no room.</summary>
    public async Task<bool> ClearLogAsync()
    {
        await _turns.EnterAsync(WriteLane.Other, CancellationToken.None).ConfigureAwait(false);
        try
        {
            return !_closed && await _thread.RunAsync(GiveBackLog).ConfigureAwait(false);
        }
        finally
        {
            _turns.Leave();
        }
    }

    public async Task CloseAsync()
    {
        await _turns.EnterAsync(WriteLane.Journal, CancellationToken.None).ConfigureAwait(false);
        _closed = true;
        Dispose();
        _turns.Leave();
    }

    public void Dispose()
    {
        _thread.Dispose();
        Discard();
    }

    private T Run<T>(Func<Connection, T> work, Action undo)
    {
        if (_closed)
            throw new StoreException("The store is closed.", StoreFault.Unavailable);
        try
        {
            return RunOnce(work, undo);
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Full)
        {
            if (!GiveBackLog())
                throw;
        }

        return RunOnce(work, undo);
    }

    private T RunOnce<T>(Func<Connection, T> work, Action undo)
    {
        var connection = _connection ??= open();
        try
        {
            connection.Begin();
            var result = work(connection);
            var flushed = symbols.Flush(connection);
            connection.Commit();
            symbols.Flushed(flushed);
            return result;
        }
        catch
        {
            undo();
            Undo(connection);
            throw;
        }
    }

    /// <summary>
    /// Brings what the log holds into the database and cuts the log off: on a small disk it takes room that the next transaction needs.
    /// Pages that the database has never had need room themselves; where there is none the checkpoint fails, and nothing changes.
    /// </summary>
    /// <returns>Whether the log is empty now.</returns>
    private bool GiveBackLog()
    {
        if (_connection is not { } connection || (_checkpointFailedAt is { } failed && time.GetElapsedTime(failed) < CheckpointPause))
            return false;
        var done = false;
        try
        {
            var row = connection.Prepare(Checkpoint);
            done = row.Read() && row.Int(0) == 0;
            row.Reset();
        }
        catch (StoreException)
        {
            // No room for that either: the caller is told of its own failure. The log keeps what it holds.
        }

        if (!done)
            _checkpointFailedAt = time.GetTimestamp();
        return done;
    }

    private void Undo(Connection connection)
    {
        try
        {
            connection.Rollback();
        }
        catch (StoreException)
        {
            // A connection that cannot even roll back is not used again; closing it drops the transaction.
            Discard();
        }
    }

    private void Discard()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
