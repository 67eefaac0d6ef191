using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Subjects;

/// <summary>An appended event on its way to its subject's owner.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Position">In the shard's journal.</param>
/// <param name="Record">The record.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Op">Put or withdraw.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Facts">Facets that evaluation sees, by <paramref name="ReadBy"/>.</param>
/// <param name="ReadBy">The reader that gave the facts; null for the one of now, in a cluster.</param>
/// <param name="Payload">As journaled.</param>
internal readonly record struct FoldItem(
    string Subject, long Position, RecordId Record, int Revision, EventOp Op, string Kind, RecordFacts Facts, EventReader? ReadBy,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>The facts by the rulebook of now, which may have become another on the way.</summary>
    public RecordFacts FactsBy(EventReader reader) =>
        ReadBy is null || ReferenceEquals(ReadBy, reader) ? Facts : reader.FactsOf(Kind, Payload.Span);
}
