using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>Where the shards are, for clients that go to the owner first.</summary>
public interface IClusterTopology
{
    /// <summary>Tells others where clients reach this node. While the store is away it is told later.</summary>
    Task PublishAsync(string address, CancellationToken cancellation);

    /// <summary>Where the shards were at most a second ago.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<Topology> ReadAsync(CancellationToken cancellation);

    /// <summary>The version as last read; null while none is known.</summary>
    long? KnownVersion();
}
