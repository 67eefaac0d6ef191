using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Cluster;

/// <summary>One node of a cluster, and how it reaches the others.</summary>
/// <param name="owners">The owners of shards.</param>
/// <param name="leases">Where shards are taken.</param>
/// <param name="topology">Where processes that share the store tell each other which shards they own.</param>
/// <param name="notifier">Tells the others what was decided.</param>
/// <param name="sources">Keeps what sources have reported through any node.</param>
/// <param name="senders">Send for subscriptions.</param>
internal sealed class ClusteredNode(
    IShardOwners owners, IShardLeases leases, ITopologyStore topology, IClusterNotifier notifier, ISourceRegistry sources,
    ISubscriptionDispatcher senders)
    : INodeRole
{
    public IClusterNotifier Notifier => notifier;

    public IShardLeases Leases => leases;

    public bool MayReplaceRulebook => false;

    /// <summary>Where others write the journal too, what one process has seen of it says nothing of what is new.</summary>
    public EngineOptions Limit(EngineOptions options) => options with { DuplicateFilterKeysMax = 0 };

    public IClusterTopology TopologyOf(IStore store, TimeProvider time) => new ClusterTopology(topology, time);

    public ISourceRegistry SourcesOf(IControlStore control) => sources;

    public ISubscriptionDispatcher SendersOf(IControlStore control, DeliveryContext delivery, StoreFaultLog faults) => senders;

    public Task<IReadOnlyList<ShardStatus>> ShardsAtStartAsync(IStore store, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ShardStatus>>([]);

    public ShardRoutes Route(NodeParts parts)
    {
        var committer = new RoutedCommitter(owners, parts.Shards, parts.Store.ShardCount, parts.Options, parts.Time);
        return new ShardRoutes(
            committer, new RoutedSubjects(owners, committer, parts),
            new RoutedCases(
                owners, parts.Cases, parts.Shards.Owns, committer, parts.Store.ShardCount, parts.Options, parts.Time));
    }

    public Task StartAsync(
        RecomputationService recomputation, SubscriptionService subscriptions, CancellationToken cancellation) => Task.CompletedTask;

    public async Task FollowAsync(
        IdentifierExceptions exceptions, SubscriptionService subscriptions, CancellationToken cancellation)
    {
        await exceptions.FollowAsync(cancellation).ConfigureAwait(false);
        await subscriptions.FollowAsync(cancellation).ConfigureAwait(false);
    }
}
