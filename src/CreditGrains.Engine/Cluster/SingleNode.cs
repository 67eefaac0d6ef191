using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// A process that has its store for itself. All shards are its own, there is nobody to tell or to copy from, and calls go to its own
/// subjects and committer without a step in between.
/// </summary>
internal sealed class SingleNode : INodeRole, IClusterNotifier, IShardLeases
{
    // Writes of this process wake all who wait for changes; the store is asked all the same, should one have gone unnoticed.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(20);

    public event Action<int>? Lost
    {
        add { }
        remove { }
    }

    public IClusterNotifier Notifier => this;

    public IShardLeases Leases => this;

    public bool MayReplaceRulebook => true;

    public EngineOptions Limit(EngineOptions options) =>
        options with { CopiesMax = 0, Subscriptions = options.Subscriptions with { LookEvery = LookEvery } };

    public IClusterTopology TopologyOf(IStore store, TimeProvider time) => new SingleNodeTopology(store.ShardCount);

    public ISourceRegistry SourcesOf(IControlStore control) => new StoredSources(control);

    public ISubscriptionDispatcher SendersOf(IControlStore control, DeliveryContext delivery, StoreFaultLog faults) =>
        new WebhookDispatcher(control, delivery, faults);

    public Task<IReadOnlyList<ShardStatus>> ShardsAtStartAsync(IStore store, CancellationToken cancellation) =>
        store.Subjects.ShardsAsync(cancellation);

    public ShardRoutes Route(NodeParts parts) => new(parts.Committer, parts.Local, parts.Cases);

    public async Task StartAsync(
        RecomputationService recomputation, SubscriptionService subscriptions, CancellationToken cancellation)
    {
        await recomputation.EnsureIfAutomaticAsync(cancellation).ConfigureAwait(false);
        await subscriptions.WakeAllAsync(cancellation).ConfigureAwait(false);
    }

    public Task FollowAsync(
        IdentifierExceptions exceptions, SubscriptionService subscriptions, CancellationToken cancellation) => Task.CompletedTask;

    public Task AnnouncePolicyAsync(long stored) => Task.CompletedTask;

    public Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) => Task.CompletedTask;

    public Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) => Task.CompletedTask;

    public bool Holds(int shard) => true;
}
