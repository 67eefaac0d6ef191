namespace CreditGrains.Engine.Storage;

/// <summary>Which process of those that share a store works on which shards, and where clients reach it.</summary>
public interface ITopologyStore
{
    /// <summary>Tells the others where clients reach this process, which has joined them, from now on.</summary>
    /// <exception cref="StoreException">The store cannot be written; it is told again with the next sign of life.</exception>
    Task PublishAsync(string address, CancellationToken cancellation);

    /// <summary>Where the shards are now.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<Topology> ReadAsync(CancellationToken cancellation);
}
