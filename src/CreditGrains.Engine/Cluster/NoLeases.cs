using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>Of a node that owns no shard: a gateway.</summary>
internal sealed class NoLeases : IShardLeases
{
    public event Action<int>? Lost
    {
        add { }
        remove { }
    }

    public Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) =>
        throw new ShardLostException(-1, "A gateway takes no shards: ask a silo.");

    public Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) => Task.CompletedTask;

    public bool Holds(int shard) => false;
}
