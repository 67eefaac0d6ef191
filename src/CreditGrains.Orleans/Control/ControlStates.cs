using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Cluster.Control;

/// <summary>State of the policy activation: the nodes to wait for when the grain is activated elsewhere.</summary>
public sealed class PolicyActivationState
{
    /// <summary>The newest version of the timeline that was announced.</summary>
    public long Timeline { get; set; }

    /// <summary>Nodes that attend.</summary>
    public List<string> Nodes { get; set; } = [];
}

/// <summary>State of a subscription's sender.</summary>
public sealed class SubscriptionSenderState
{
    /// <summary>How far it is; null before it has begun.</summary>
    public SubscriptionProgress? Progress { get; set; }
}

/// <summary>State of the source registry.</summary>
public sealed class SourceRegistryState
{
    /// <summary>By source.</summary>
    public SortedDictionary<string, SourceCounts> Sources { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The last number of each node, the node heard of last at the end.</summary>
    public List<NodeNumber> Nodes { get; set; } = [];
}

/// <summary>Lines of one source.</summary>
public sealed record SourceCounts(
    DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Accepted, long Duplicate, long Stale, long Rejected)
{
    /// <summary>Rejected lines by code; states of earlier versions have none.</summary>
    public Dictionary<string, long> Codes { get; init; } = [];

    /// <summary>Within a week, within a month, later, undated; likewise.</summary>
    public long[] Delays { get; init; } = new long[4];
}

/// <summary>The last news of one node.</summary>
public sealed record NodeNumber(string Node, long Number);
