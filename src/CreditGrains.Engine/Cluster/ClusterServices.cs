using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Cluster;

/// <summary>How one node of a cluster reaches the others.</summary>
/// <param name="Owners">The owners of shards.</param>
/// <param name="Leases">Where shards are taken; null for a node that owns none.</param>
/// <param name="Herald">Tells the others what was decided.</param>
/// <param name="Sources">Keeps what sources have reported through any node.</param>
/// <param name="Senders">Send for subscriptions.</param>
internal sealed record ClusterServices(
    IShardOwners Owners, IShardLeases? Leases, IClusterNotifier Herald, ISourceRegistry Sources, ISubscriptionDispatcher Senders);
