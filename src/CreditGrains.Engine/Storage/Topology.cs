namespace CreditGrains.Engine.Storage;

/// <summary>Where the shards of a store are.</summary>
/// <param name="Version">Greater after every shard that has come to an owner; the same whichever node says it.</param>
/// <param name="Nodes">Processes that live, in the order of their names. A shard that is on its way belongs to none of them.</param>
public sealed record Topology(long Version, IReadOnlyList<TopologyNode> Nodes);

/// <summary>A process and its shards.</summary>
/// <param name="Node">Names one life of one process.</param>
/// <param name="Address">Where clients reach it, such as <c>https://10.0.0.11:8443</c>; null while it has not said so.</param>
/// <param name="Shards">Those it owns, ascending.</param>
public sealed record TopologyNode(string Node, string? Address, IReadOnlyList<int> Shards);
