using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>A bounded pool of reading connections, each with its prepared statements.</summary>
internal sealed class Readers(Func<Connection> open, int connectionsMax) : IDisposable
{
    private readonly ConcurrentStack<Connection> _idle = new();
    private readonly SemaphoreSlim _free = new(connectionsMax);
    private volatile bool _closed;

    /// <summary>A point read: short enough for the caller's thread.</summary>
    public async Task<T> PointAsync<T>(Func<Connection, T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return Use(work);
    }

    /// <summary>A longer read, on a thread of the pool.</summary>
    public async Task<T> ScanAsync<T>(Func<Connection, T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return await Task.Run(() => Use(work), CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryPop(out var connection))
            connection.Dispose();
    }

    private T Use<T>(Func<Connection, T> work)
    {
        Connection? connection = null;
        try
        {
            if (_closed)
                throw new StoreException("The store is closed.", StoreFault.Unavailable);
            if (!_idle.TryPop(out connection))
                connection = open();
            var result = work(connection);
            _idle.Push(connection);
            if (_closed)
                Dispose();
            return result;
        }
        catch
        {
            // The state of a connection after a failed read is unknown: the next read opens another.
            connection?.Dispose();
            throw;
        }
        finally
        {
            _free.Release();
        }
    }
}
