namespace CreditGrains.Engine.Storage;

/// <summary>
/// Which shards this process works on, where several processes share one store. A lease runs out unless it is renewed, which happens by
/// itself; what protects the data is its epoch: a process that was taken for dead and wakes up writes nothing any more.
/// </summary>
public interface IShardLeases
{
    /// <summary>Takes shards; waits for leases of others to run out, which they do unless their holder lives.</summary>
    /// <exception cref="StoreException">Busy: somebody else holds one and is alive.</exception>
    Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation);

    /// <summary>Gives shards back: whoever wants one has it at once.</summary>
    Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation);

    /// <summary>Whether the shard is held, as far as this process knows.</summary>
    bool Holds(int shard);

    /// <summary>Told at once, on any thread, when somebody else is found to have taken a shard; must return quickly.</summary>
    event Action<int>? Lost;
}

/// <summary>Another process owns the shard now: nothing was written, and this process must let go of it.</summary>
public sealed class ShardLostException(int shard, string message) : StoreException(message, StoreFault.Busy)
{
    /// <summary>Which one; -1: every shard of this process.</summary>
    public int Shard { get; } = shard;
}
