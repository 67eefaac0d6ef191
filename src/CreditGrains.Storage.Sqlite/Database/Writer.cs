using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>The one writing connection: runs transactions one after the other, each whole or not at all.</summary>
internal sealed class Writer(Func<Connection> open, SymbolRows symbols) : IDisposable
{
    private readonly WriteGate _gate = new();
    private Connection? _connection;
    private bool _closed;

    /// <summary>Runs the work in one durable transaction, new symbols included. A failure leaves nothing behind.</summary>
    public Task<T> RunAsync<T>(WriteLane lane, Func<Connection, T> work, CancellationToken cancellation) =>
        RunAsync(lane, work, static () => { }, cancellation);

    /// <summary>The same; <paramref name="undo"/> takes back, before the next one writes, what failed work left in memory.</summary>
    public async Task<T> RunAsync<T>(WriteLane lane, Func<Connection, T> work, Action undo, CancellationToken cancellation)
    {
        await _gate.EnterAsync(lane, cancellation).ConfigureAwait(false);
        try
        {
            // SQLite works on the thread that calls it: never on the caller's.
            return await Task.Run(() => Run(work, undo), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _gate.Leave();
        }
    }

    public async Task CloseAsync()
    {
        await _gate.EnterAsync(WriteLane.Journal, CancellationToken.None).ConfigureAwait(false);
        _closed = true;
        Dispose();
        _gate.Leave();
    }

    public void Dispose() => Discard();

    private T Run<T>(Func<Connection, T> work, Action undo)
    {
        if (_closed)
            throw new StoreException("The store is closed.", StoreFault.Unavailable);
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
