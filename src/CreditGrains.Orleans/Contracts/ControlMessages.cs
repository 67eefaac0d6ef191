namespace CreditGrains.Cluster.Contracts;

/// <summary>A node is there.</summary>
[GenerateSerializer, Immutable, Alias("credit.HeartbeatRequest")]
public sealed class HeartbeatRequest
{
    /// <summary>Names one life of one node.</summary>
    [Id(0)]
    public string Node { get; init; } = "";

    /// <summary>How it is told.</summary>
    [Id(1)]
    public IPolicyWatcher? Watcher { get; init; }

    /// <summary>The version of the timeline that it answers under.</summary>
    [Id(2)]
    public long Timeline { get; init; }
}

/// <summary>The node is waited for from now on.</summary>
[GenerateSerializer, Immutable, Alias("credit.HeartbeatReply")]
public sealed class HeartbeatReply
{
    /// <summary>The newest version of the timeline that was announced; a node that has an older one reads it before it answers.</summary>
    [Id(0)]
    public long Timeline { get; init; }
}

/// <summary>Result of an announcement.</summary>
[GenerateSerializer, Immutable, Alias("credit.AnnounceReply")]
public sealed class AnnounceReply
{
    /// <summary>Nodes that have not said that they follow; empty when all have.</summary>
    [Id(0)]
    public string[] Missing { get; init; } = [];
}

/// <summary>Counts of the lines that sources have sent through one node since its last report.</summary>
[GenerateSerializer, Immutable, Alias("credit.SourceUpdate")]
public sealed class SourceUpdate
{
    /// <summary>Names one life of one node.</summary>
    [Id(0)]
    public string Node { get; init; } = "";

    /// <summary>1, 2, 3, … of the node.</summary>
    [Id(1)]
    public long Number { get; init; }

    [Id(2)]
    public SourceMessage[] Sources { get; init; } = [];
}

/// <summary>Lines of one source, by what became of them.</summary>
[GenerateSerializer, Immutable, Alias("credit.Source")]
public sealed class SourceMessage
{
    [Id(0)]
    public string Source { get; init; } = "";

    [Id(1)]
    public DateTimeOffset FirstSeen { get; init; }

    [Id(2)]
    public DateTimeOffset LastSeen { get; init; }

    [Id(3)]
    public long Accepted { get; init; }

    [Id(4)]
    public long Duplicate { get; init; }

    [Id(5)]
    public long Stale { get; init; }

    [Id(6)]
    public long Rejected { get; init; }

    /// <summary>Rejected lines by code.</summary>
    [Id(7)]
    public Dictionary<string, long> Codes { get; init; } = [];

    /// <summary>Within a week, within a month, later, undated; empty of a node that does not count them.</summary>
    [Id(8)]
    public long[] Delays { get; init; } = [];
}
