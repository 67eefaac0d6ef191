namespace CreditGrains.Cluster.Contracts;

/// <summary>One accepted line of a feed on its way to its shard's owner, which reads the facets out of the content again.</summary>
[GenerateSerializer, Immutable, Alias("credit.FeedEvent")]
public sealed class FeedEventMessage
{
    [Id(0)]
    public string Subject { get; init; } = "";

    [Id(1)]
    public string Source { get; init; } = "";

    /// <summary>The record's id within its source.</summary>
    [Id(2)]
    public string Record { get; init; } = "";

    [Id(3)]
    public int Revision { get; init; }

    /// <summary>0 put, 1 withdraw.</summary>
    [Id(4)]
    public byte Op { get; init; }

    [Id(5)]
    public string Kind { get; init; } = "";

    /// <summary>Canonical JSON; empty for a withdrawal.</summary>
    [Id(6)]
    public byte[] Payload { get; init; } = [];

    [Id(7)]
    public ulong DigestHigh { get; init; }

    [Id(8)]
    public ulong DigestLow { get; init; }

    /// <summary>0 for none.</summary>
    [Id(9)]
    public long NaturalKey { get; init; }
}

/// <summary>Events of one shard. (source, record, revision) of each is what a caller finds out by whether it came about.</summary>
[GenerateSerializer, Immutable, Alias("credit.AppendRequest")]
public sealed class AppendRequest
{
    [Id(0)]
    public FeedEventMessage[] Events { get; init; } = [];

    /// <summary>Caller that sends, from the credentials.</summary>
    [Id(1)]
    public string Actor { get; init; } = "";

    /// <summary>
    /// The same in every repetition of a call that was not answered in time: the owner that has answered it answers the same again. Empty
    /// from senders of older releases.
    /// </summary>
    [Id(2)]
    public Guid Operation { get; init; }
}

/// <summary>Outcome of one event.</summary>
[GenerateSerializer, Immutable, Alias("credit.Verdict")]
public sealed class VerdictMessage
{
    /// <summary>0 accepted, 1 duplicate, 2 stale, 3 rejected.</summary>
    [Id(0)]
    public byte Outcome { get; init; }

    /// <summary>Code of the error catalogue; null unless rejected.</summary>
    [Id(1)]
    public string? Code { get; init; }

    [Id(2)]
    public string? Pointer { get; init; }

    [Id(3)]
    public string? Found { get; init; }
}

/// <summary>Verdicts, or why there are none.</summary>
[GenerateSerializer, Immutable, Alias("credit.AppendReply")]
public sealed class AppendReply
{
    /// <summary>One for each event, in order; empty after a fault.</summary>
    [Id(0)]
    public VerdictMessage[] Verdicts { get; init; } = [];

    /// <summary>The shard's last committed position.</summary>
    [Id(1)]
    public long Head { get; init; }

    [Id(2)]
    public FaultMessage? Fault { get; init; }
}
