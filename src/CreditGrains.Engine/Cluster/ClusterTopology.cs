using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Where the shards of a cluster are. The store is asked at most once a second, and only while somebody asks here.
/// </summary>
/// <param name="store">Where processes that share a store tell each other.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterTopology(ITopologyStore store, TimeProvider time) : IClusterTopology
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private readonly Lock _readLock = new();
    private volatile Read? _last;
    private Task<Topology>? _reading;

    public async Task PublishAsync(string address, CancellationToken cancellation)
    {
        try
        {
            await store.PublishAsync(address, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Told again with each sign of life.
        }
    }

    public async ValueTask<Topology> ReadAsync(CancellationToken cancellation) => _last is { } last && IsFresh(last)
        ? last.Topology
        : await ReadOnceAsync().WaitAsync(cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>Begins to be read anew when it is older than a second.</remarks>
    public long? KnownVersion()
    {
        var last = _last;
        if (last is null || !IsFresh(last))
            _ = ReadOnceAsync();
        return last?.Topology.Version;
    }

    private bool IsFresh(Read last) => time.GetElapsedTime(last.At) < FreshFor;

    /// <summary>One question for all who ask meanwhile.</summary>
    private Task<Topology> ReadOnceAsync()
    {
        lock (_readLock)
            return _reading is { IsCompleted: false } reading ? reading : _reading = Task.Run(ReadAsync);
    }

    private async Task<Topology> ReadAsync()
    {
        var topology = await store.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        _last = new Read(topology, time.GetTimestamp());
        return topology;
    }

    private sealed record Read(Topology Topology, long At);
}
