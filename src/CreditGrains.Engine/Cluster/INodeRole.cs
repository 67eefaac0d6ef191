using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// How a node stands to the other processes of its store: <see cref="SingleNode"/> has it for itself, <see cref="ClusteredNode"/> shares
/// it. An engine is built and run the same way in both roles.
/// </summary>
internal interface INodeRole
{
    /// <summary>Tells the other nodes what was decided.</summary>
    IClusterNotifier Notifier { get; }

    /// <summary>Where shards are taken.</summary>
    IShardLeases Leases { get; }

    /// <summary>
    /// Whether another rulebook may come into force while the node runs. Several nodes would change one after the other, and answer by two
    /// rulebooks meanwhile (I11).
    /// </summary>
    bool MayReplaceRulebook { get; }

    /// <summary>The bounds without what makes no sense in this role.</summary>
    EngineOptions Limit(EngineOptions options);

    /// <summary>Where the shards are, for clients.</summary>
    IClusterTopology TopologyOf(IStore store, TimeProvider time);

    /// <summary>Where the activity of sources is kept.</summary>
    ISourceRegistry SourcesOf(IControlStore control);

    /// <summary>Sends for subscriptions.</summary>
    ISubscriptionDispatcher SendersOf(IControlStore control, DeliveryContext delivery, StoreFaultLog faults);

    /// <summary>The shards that the node works on from its start.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<ShardStatus>> ShardsAtStartAsync(IStore store, CancellationToken cancellation);

    /// <summary>How commits and reads find the owners of their shards.</summary>
    ShardRoutes Route(NodeParts parts);

    /// <summary>After the start of the engine, before it is ready.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    Task StartAsync(
        RecomputationService recomputation, SubscriptionService subscriptions, CancellationToken cancellation);

    /// <summary>Before each look at the policies in force: takes over what else other nodes have decided.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task FollowAsync(
        IdentifierExceptions exceptions, SubscriptionService subscriptions, CancellationToken cancellation);
}

/// <summary>Where commits, reads and steps of cases go.</summary>
/// <param name="Committer">Takes events of all shards.</param>
/// <param name="Subjects">Finds subjects of all shards.</param>
/// <param name="Cases">Takes steps of cases of all shards.</param>
internal sealed record ShardRoutes(IEventCommitter Committer, ISubjects Subjects, ICaseOwner Cases);

/// <summary>Parts of a node from which its routes are made.</summary>
/// <param name="Store">The store.</param>
/// <param name="Local">The subjects of its own shards.</param>
/// <param name="Committer">Appends to its own shards.</param>
/// <param name="Shards">Which those are.</param>
/// <param name="Cases">Steps of cases of its own shards.</param>
/// <param name="Copies">Of other nodes' subjects.</param>
/// <param name="Reader">Reads snapshots and journal tails.</param>
/// <param name="Rules">In force here.</param>
/// <param name="Policies">Follows what other nodes have activated.</param>
/// <param name="Repository">Policy versions by name.</param>
/// <param name="Options">Bounds.</param>
/// <param name="Time">The clock.</param>
internal sealed record NodeParts(
    IStore Store, LocalSubjects Local, Committer Committer, ShardOwner Shards, CaseTurns Cases, SubjectCopies Copies,
    SubjectReader Reader, RulesInForce Rules, PolicyService Policies, PolicyRepository Repository, EngineOptions Options,
    TimeProvider Time);
