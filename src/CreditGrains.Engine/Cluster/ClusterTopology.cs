using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Where the shards are, for clients that go to the owner first. The store is asked at most once a second, and only while somebody asks
/// here; one process alone owns all shards and asks nobody.
/// </summary>
public sealed class ClusterTopology
{
    private const long AloneVersion = 1;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private readonly ITopologyStore? _store;
    private readonly int _shardCount;
    private readonly TimeProvider _time;
    private readonly Lock _readLock = new();
    private readonly string _alone = $"{Environment.MachineName}/{Environment.ProcessId}";
    private volatile Read? _last;
    private Task<Topology>? _reading;
    private volatile string? _address;

    /// <param name="store">Where processes that share a store tell each other; null for one that stands alone.</param>
    /// <param name="shardCount">Number of shards.</param>
    /// <param name="time">The clock.</param>
    internal ClusterTopology(ITopologyStore? store, int shardCount, TimeProvider time)
    {
        _store = store;
        _shardCount = shardCount;
        _time = time;
    }

    /// <summary>Tells others where clients reach this node. While the store is away it is told later.</summary>
    public async Task PublishAsync(string address, CancellationToken cancellation)
    {
        _address = address;
        if (_store is null)
            return;
        try
        {
            await _store.PublishAsync(address, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Told again with each sign of life.
        }
    }

    /// <summary>Where the shards were at most a second ago.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<Topology> ReadAsync(CancellationToken cancellation)
    {
        if (_store is null)
            return new Topology(AloneVersion, [new TopologyNode(_alone, _address, [.. Enumerable.Range(0, _shardCount)])]);
        return _last is { } last && IsFresh(last)
            ? last.Topology
            : await ReadOnceAsync(_store).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The version as last read, which begins to be read anew when it is older than a second; null while none is known.</summary>
    public long? KnownVersion()
    {
        if (_store is null)
            return AloneVersion;
        var last = _last;
        if (last is null || !IsFresh(last))
            _ = ReadOnceAsync(_store);
        return last?.Topology.Version;
    }

    private bool IsFresh(Read last) => _time.GetElapsedTime(last.At) < FreshFor;

    /// <summary>One question for all who ask meanwhile.</summary>
    private Task<Topology> ReadOnceAsync(ITopologyStore store)
    {
        lock (_readLock)
            return _reading is { IsCompleted: false } reading ? reading : _reading = Task.Run(() => ReadAsync(store));
    }

    private async Task<Topology> ReadAsync(ITopologyStore store)
    {
        var topology = await store.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        _last = new Read(topology, _time.GetTimestamp());
        return topology;
    }

    private sealed record Read(Topology Topology, long At);
}
