namespace CreditGrains.Client;

/// <summary>Where the shards of a cluster are; one process alone owns them all.</summary>
/// <param name="Version">Greater after every shard that has come to an owner; every node says the same.</param>
/// <param name="Count">Number of shards, which never changes.</param>
/// <param name="Nodes">Nodes that live. A shard that is on its way belongs to none of them.</param>
public sealed record ShardAssignments(long Version, int Count, IReadOnlyList<NodeShards> Nodes);

/// <summary>A node and its shards.</summary>
/// <param name="Node">Names one life of one process.</param>
/// <param name="Address">Where it says that clients reach it; null while it has not said so.</param>
/// <param name="Shards">Numbers of those it owns, ascending.</param>
public sealed record NodeShards(string Node, string? Address, IReadOnlyList<int> Shards);
