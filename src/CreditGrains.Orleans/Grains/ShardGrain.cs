using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Placement;
using CreditGrains.Engine.Storage;
using Orleans.Concurrency;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// Takes its shard when it comes and gives it up when it goes. Reentrant: the silo's committer puts what arrives together, of all its
/// shards, into one transaction.
/// </summary>
[GrainType("credit.shard"), Reentrant, ShardPlacement, KeepAlive]
internal sealed class ShardGrain(ClusterNode node, ShardAssignment places, TimeProvider time) : Grain, IShardGrain
{
    // Activations migrate in batches, and calls to any of a batch wait until all of it are active: one must not keep the others long.
    private static readonly TimeSpan TakeMax = TimeSpan.FromSeconds(1);
    private readonly RecentAnswers _answers = new();

    private int Shard => (int)this.GetPrimaryKeyLong();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)Shard, (uint)node.ShardCount, nameof(cancellationToken));
        node.Shards.Gone += OnGone;
        try
        {
            await node.Shards.TakeAsync(Shard, cancellationToken).WaitAsync(TakeMax, time, cancellationToken);
        }
        catch (Exception fault) when (fault is StoreException or TimeoutException)
        {
            // Its last owner still holds it, or the store is slow or away: callers wait or are told so, and a later call takes the shard.
        }
        catch (OperationCanceledException)
        {
            // An activation that ends before it is active is not deactivated; the shard, if it was taken, goes with CloseAsync or is kept.
            node.Shards.Gone -= OnGone;
            throw;
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        node.Shards.Gone -= OnGone;
        await node.Shards.GiveUpAsync(Shard);
    }

    public async Task<AppendReply> AppendAsync(AppendRequest request)
    {
        var reply = _answers.Find(request.Operation);
        if (reply is null)
            _answers.Keep(request.Operation, reply = CommitAsync(request));
        return await reply;
    }

    private async Task<AppendReply> CommitAsync(AppendRequest request)
    {
        try
        {
            await HoldAsync();
            var events = Array.ConvertAll(
                request.Events, e => Wire.In(e, (kind, payload) => node.Engine.EventReader.FactsOf(kind, payload.Span)));
            var receipt = await node.Shards.CommitAsync(Shard, events, null, request.Actor, CancellationToken.None);
            return new AppendReply { Verdicts = [.. receipt.Verdicts.Select(Wire.Out)], Head = receipt.Head };
        }
        catch (StoreException fault)
        {
            // Nothing is known for good: the same operation is judged again.
            _answers.Forget(request.Operation);
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
