using CreditGrains.Cluster.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>
/// A shard's queue is read where the shard belongs. While members change two silos may read one: what comes twice is known.
/// </summary>
internal sealed class ShardQueueBalancer(IServiceProvider services, ShardAssignment places, ILogger log) : QueueBalancerBase(services, log)
{
    private IReadOnlyList<QueueId> _queues = [];

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = [.. queueMapper.GetAllQueues()];
        return base.Initialize(queueMapper);
    }

    public override IEnumerable<QueueId> GetMyQueues() =>
        places.IsMember ? _queues.Where(queue => places.BelongsHere(JournalStream.ShardOf(queue))) : [];

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos) => NotifyListeners().Ignore();
}
