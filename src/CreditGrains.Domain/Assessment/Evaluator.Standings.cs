using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>The records themselves, whether they count or not.</summary>
public sealed partial class Evaluator
{
    /// <summary>Every record of a packed state with its marks on a date, newest first; records without a date come last.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyList<RecordStatus> Standings(ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var day = asOf.DayNumber;
        var scratch = Unpack(state);
        var standings = new List<RecordStatus>(scratch.Count);
        try
        {
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                standings.Add(new RecordStatus(
                    PackedRecords.RecordIdOf(state, record, Symbols), Symbols.Text(record.Kind), record.Revision, Date(record.Date),
                    Date(record.Until), record.Severity, record.Level < 0 ? null : Symbols.Text(record.Level), record.Withdrawn,
                    MarkEntry.IsDisputed(record, scratch.Marks, day),
                    MarkEntry.IsSuspended(record, scratch.Marks, day), IsRepaired(record, scratch.Marks, day))
                {
                    IsPublic = _public.IsPublic(record, scratch.Marks, day),
                    PublicUntil = Date(_public.EndOf(record, scratch.Marks)),
                    RepairableFrom = Date(_public.RepairableFrom(record, scratch.Marks)),
                    PublicFrom = Date(_public.BeginOf(record, scratch.Marks)),
                    PublicityBasis = _public.BasisOf(record),
                    IsUnderPlan = MarkEntry.IsUnderPlan(record, scratch.Marks, day) && !MarkEntry.IsRepaired(record, scratch.Marks, day),
                });
            }
        }
        finally
        {
            _scratch = scratch;
        }

        standings.Sort(NewestFirst);
        return standings;
    }

    private static int NewestFirst(RecordStatus a, RecordStatus b) =>
        Nullable.Compare(b.Date, a.Date) is var byDate && byDate != 0 ? byDate : Compare(a.Record, b.Record);

    private static bool IsRepaired(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        MarkEntry.IsRepaired(record, marks, day) || MarkEntry.IsUnderPlan(record, marks, day);
}
