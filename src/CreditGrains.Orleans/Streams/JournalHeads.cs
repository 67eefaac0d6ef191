using CreditGrains.Engine.Storage;

namespace CreditGrains.Cluster.Streams;

/// <summary>
/// Where the journal's shards stand: one question for all queues of a silo, however many look. Only what is committed is seen, and a
/// shard's positions are committed in order, so nobody passes one that may still be filled (I12).
/// </summary>
internal sealed class JournalHeads(IStore store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _readLock = new(1, 1);
    private IReadOnlyList<ShardStatus> _known = [];
    private long _at;

    /// <summary>As it was at most some hundred milliseconds ago.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<ShardStatus> OfAsync(int shard, CancellationToken cancellation)
    {
        if (IsFresh)
            return _known[shard];
        await _readLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!IsFresh)
            {
                var statuses = await store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false);
                _known = [.. statuses.OrderBy(status => status.Shard)];
                Volatile.Write(ref _at, time.GetTimestamp());
            }

            return _known[shard];
        }
        finally
        {
            _readLock.Release();
        }
    }

    public void Dispose() => _readLock.Dispose();

    private bool IsFresh => Volatile.Read(ref _at) is var at and > 0 && time.GetElapsedTime(at) < LookEvery;
}
