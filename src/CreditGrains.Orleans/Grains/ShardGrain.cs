using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Placement;
using CreditGrains.Engine.Storage;
using Orleans.Concurrency;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// Takes its shard when it comes and gives it up when it goes. Reentrant: the silo's committer puts what arrives together, of all its
/// shards,
/// into one transaction.
/// </summary>
[GrainType("credit.shard"), Reentrant, ShardPlacement, KeepAlive]
internal sealed class ShardGrain(ClusterNode node, ShardPlaces places) : Grain, IShardGrain
{
    private int Shard => (int)this.GetPrimaryKeyLong();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)Shard, (uint)node.ShardCount, nameof(cancellationToken));
        node.Shards.Gone += OnGone;
        try
        {
            await node.Shards.TakeAsync(Shard, cancellationToken);
        }
        catch (StoreException)
        {
            // Its last owner still holds it, or the store is away: whoever calls is told so, and the shard is taken with a later call.
        }
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
            await HoldAsync();
            var events = Array.ConvertAll(
                request.Events, e => Wire.In(e, (kind, payload) => node.Engine.EventReader.FactsOf(kind, payload.Span)));
            var receipt = await node.Shards.CommitAsync(Shard, events, request.Actor, CancellationToken.None);
            return new AppendReply { Verdicts = [.. receipt.Verdicts.Select(Wire.Out)], Head = receipt.Head };
        }
        catch (StoreException fault)
        {
            return new AppendReply { Fault = Wire.Out(fault) };
        }
    }

    public async Task<string> WakeAsync()
    {
        await HoldAsync();
        return RuntimeIdentity;
    }

    /// <summary>Takes a shard again that was lost or given up meanwhile, if it belongs here; else goes where it belongs.</summary>
    private async ValueTask HoldAsync()
    {
        if (node.Shards.Owns(Shard))
            return;
        if (places.BelongsHere(Shard))
            await node.Shards.TakeAsync(Shard, CancellationToken.None);
        else
            MigrateOnIdle();
    }

    private void OnGone(int shard)
    {
        if (shard == Shard && !places.BelongsHere(shard))
            MigrateOnIdle();
    }
}
