using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>Records whose retention is over (<c>clocks.yaml</c>, retention).</summary>
public sealed partial class Evaluator
{
    /// <summary>
    /// Records of a packed state that are kept no longer on a day, and those that were withdrawn before, of which the state does not tell
    /// how old they are. None that an objection concerns today, no procedures, and none of a kind without retention.
    /// </summary>
    /// <param name="state">Up to the journal's head: an objection that is not in it would not keep its record.</param>
    /// <param name="on">Legal date by which retention is over.</param>
    /// <param name="today">The legal date; a run may be carried out days after it was counted.</param>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyList<RetainedRecord> PastRetention(ReadOnlySpan<byte> state, DateOnly on, DateOnly today)
    {
        var scratch = Unpack(state);
        try
        {
            List<RetainedRecord>? found = null;
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                if (record.Procedure != 0 || MarkEntry.IsDisputed(record, scratch.Marks, today.DayNumber)
                    || (!record.Withdrawn && on.DayNumber < _public.KeptUntil(record)))
                    continue;
                var id = PackedRecords.RecordIdOf(state, record, Symbols);
                var kind = Symbols.Text(record.Kind);
                if (id.Source != Subjects.SourceId.Platform && Rulebook.Catalogue.Kinds.ContainsKey(kind))
                {
                    (found ??= []).Add(new RetainedRecord(
                        id, kind, record.Revision, record.Withdrawn,
                        record.Withdrawn ? null : DateOnly.FromDayNumber(_public.KeptUntil(record))));
                }
            }

            return found ?? [];
        }
        finally
        {
            _scratch = scratch;
        }
    }

    /// <summary>The first day on which a record of these facets is kept no longer; null for never.</summary>
    public DateOnly? KeptUntil(string kind, RecordFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var until = _public.KeptUntil(new RecordEntry
        {
            Kind = Symbols.Intern(kind),
            Date = facts.Date?.DayNumber ?? RecordEntry.NoDate,
            Until = facts.Until?.DayNumber ?? RecordEntry.Never,
        });
        return until <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(until) : null;
    }
}

/// <summary>A record whose retention is over, or that was withdrawn.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Revision">Newest revision known.</param>
/// <param name="Withdrawn">Withdrawn; the journal tells whether its retention is over.</param>
/// <param name="KeptUntil">The first day on which it is kept no longer; null of a withdrawn one, until the journal has told.</param>
public readonly record struct RetainedRecord(RecordId Record, string Kind, int Revision, bool Withdrawn, DateOnly? KeptUntil);
