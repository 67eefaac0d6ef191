using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>One accepted event as the journal keeps it, whole.</summary>
public sealed record JournalEntry
{
    /// <summary>0 to the number of shards less 1.</summary>
    public required int Shard { get; init; }

    /// <summary>1, 2, 3, … within the shard, without gaps.</summary>
    public required long Position { get; init; }

    public required SubjectId Subject { get; init; }

    public required RecordId Record { get; init; }

    public required int Revision { get; init; }

    public required EventOp Op { get; init; }

    public required string Kind { get; init; }

    /// <summary>The facet date, for reports by period; null where the record has none.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Canonical JSON of the content; empty for a withdrawal.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>A tombstone: its content was destroyed after its retention. No content that is accepted is empty.</summary>
    public bool IsDestroyed => Op == EventOp.Put && Payload.IsEmpty;

    /// <summary>How a fold takes it: a tombstone holds no facts, and a later revision has withdrawn its record.</summary>
    public EventOp FoldedOp => IsDestroyed ? EventOp.Withdraw : Op;

    public required ContentDigest Digest { get; init; }

    /// <summary>0 for none.</summary>
    public required long NaturalKey { get; init; }

    /// <summary>Sender, as the credentials say.</summary>
    public required string Actor { get; init; }

    /// <summary>
    /// For appending: no revision of the record was known. Where several processes write, a store appends one of two that say so. Not read
    /// back.
    /// </summary>
    public bool IsFirst { get; init; }

    /// <summary>
    /// For appending: the lines of the due list that a step of a case leaves, in the place of those that the case had; null for entries
    /// that are none. Not read back.
    /// </summary>
    public IReadOnlyList<DeadlineRow>? Deadlines { get; init; }

    /// <summary>Never earlier than the entry before it in the shard.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}
