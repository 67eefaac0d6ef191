using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Placement;
using CreditGrains.Engine.Storage;
using Orleans.Concurrency;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// Takes its shard when it comes and gives it up when it goes. Reentrant: the silo's committer puts what arrives together, of all its shards,
/// into one transaction.
/// </summary>
[GrainType("credit.shard"), Reentrant, ShardPlacement, KeepAlive]
internal sealed class ShardGrain(ClusterNode node) : Grain, IShardGrain
{
    private int Shard => (int)this.GetPrimaryKeyLong();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)Shard, (uint)node.ShardCount, nameof(cancellationToken));
        await node.Shards.TakeAsync(Shard, cancellationToken);
        node.Shards.Gone += OnGone;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        node.Shards.Gone -= OnGone;
        await node.Shards.GiveUpAsync(Shard);
    }

    public async Task<AppendReply> AppendAsync(AppendRequest request)
    {
        try
        {
            var events = Array.ConvertAll(
                request.Events, e => Wire.In(e, (kind, payload) => node.Engine.EventReader.FactsOf(kind, payload.Span)));
            var receipt = await node.Shards.CommitAsync(Shard, events, request.Actor, CancellationToken.None);
            return new AppendReply { Verdicts = [.. receipt.Verdicts.Select(Wire.Out)], Head = receipt.Head };
        }
        catch (StoreException fault)
        {
            if (fault is ShardLostException)
                DeactivateOnIdle();
            return new AppendReply { Fault = Wire.Out(fault) };
        }
    }

    public Task<string> WakeAsync() => Task.FromResult(RuntimeIdentity);

    private void OnGone(int shard)
    {
        if (shard == Shard)
            DeactivateOnIdle();
    }
}
