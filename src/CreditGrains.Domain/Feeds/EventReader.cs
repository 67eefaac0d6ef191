using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Feeds;

/// <summary>Reads one event of the wire format and judges it against the catalogue (semantics, sections 3 to 5 and 11).</summary>
public sealed class EventReader(Rulebook rulebook, IIdentifierExceptions exceptions)
{
    /// <summary>Reads a line sent by a source. Never throws for what the line holds.</summary>
    /// <param name="line">One JSON object in UTF-8, without the line end.</param>
    /// <param name="source">Who sends, from the credentials.</param>
    /// <param name="today">The legal date.</param>
    public EventReadResult Read(ReadOnlySpan<byte> line, SourceId source, DateOnly today) => throw new NotSupportedException($"{rulebook}{exceptions}");

    /// <summary>The facts of a journaled event: the same that <see cref="Read"/> gave when the catalogue is the same.</summary>
    /// <param name="kind">Kind name; a kind that the catalogue no longer has gives empty facts.</param>
    /// <param name="payload">Canonical content.</param>
    public RecordFacts FactsOf(string kind, ReadOnlySpan<byte> payload) => throw new NotSupportedException($"{rulebook}{exceptions}");
}
