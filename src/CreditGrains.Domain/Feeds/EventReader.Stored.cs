using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Feeds;

// Judges again what another catalogue once accepted.
public sealed partial class EventReader
{
    /// <summary>
    /// Why a journaled record would not be accepted by this catalogue; null when it would be. Dates are not judged against today, sources
    /// and personal data not at all: that was done when the record came.
    /// </summary>
    /// <param name="kind">Kind name.</param>
    /// <param name="payload">Canonical content; empty for a withdrawal.</param>
    public Rejection? JudgeStored(string kind, ReadOnlySpan<byte> payload)
    {
        if (!_kinds.TryGetValue(kind, out var table))
            return new Rejection(ErrorCatalogue.UnknownKind, "/kind", kind);
        if (payload.IsEmpty)
            return null;
        var scratch = ReadScratch.OfThread;
        if (scratch.Tape.Load(payload) is { } fault)
            return fault;
        if (scratch.Tape.TypeOf(0) != JsonTokenType.StartObject)
            return new Rejection(ErrorCatalogue.WrongType, "/data", "expected an object");
        scratch.Begin(table.Fields.Length);
        var guard = default(Guard);
        return PlaceFields(scratch, 0, table, ref guard) ?? ReadFields(scratch, table, today: null);
    }

    /// <summary>
    /// Whether a line that was refused holds numbers of persons, as written or in any text of it, unescaped: whatever it was refused for,
    /// such a line is not kept. True for one that cannot be read.
    /// </summary>
    public bool HoldsPersonalData(ReadOnlySpan<byte> line, DateOnly today)
    {
        var tape = ReadScratch.OfThread.Tape;
        if (PersonalDataScanner.Holds(line, today, _forms) || tape.Load(line) is not null)
            return true;
        for (var i = 0; i < tape.Count; i++)
        {
            if (tape.TypeOf(i) is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.PropertyName
                && PersonalDataScanner.Holds(tape.Bytes(i), today, _forms))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Judges an event again that another catalogue has read a moment ago and that is not journaled yet: under this one it is accepted
    /// with the facts that this one sees, or rejected.
    /// </summary>
    public (RecordEvent? Event, Rejection? Rejection) ReadAgain(RecordEvent read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (JudgeStored(read.Kind, read.Payload.Span) is { } rejection)
            return (null, rejection);
        if (!_kinds[read.Kind].MayBeReportedBy(read.Record.Source.Value))
            return (null, new Rejection(ErrorCatalogue.SourceMayNotReport, "/kind"));
        return (read with { Facts = FactsOf(read.Kind, read.Payload.Span) }, null);
    }
}
