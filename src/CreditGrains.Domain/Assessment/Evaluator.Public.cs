namespace CreditGrains.Domain.Assessment;

/// <summary>Records that the public may see.</summary>
public sealed partial class Evaluator
{
    private readonly PublicTerms _public;

    /// <summary>
    /// The records of a packed state that the public may see on a date, newest first; records without a date come last. Never among them:
    /// what is withdrawn, suspended, repaired, of a tier or kind that is not published, or past its publicity or retention.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyList<PublicRecord> PublicRecords(ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var day = asOf.DayNumber;
        var records = new List<PublicRecord>();
        var scratch = Unpack(state);
        try
        {
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                if (!_public.IsPublic(record, scratch.Marks, day))
                    continue;
                records.Add(new PublicRecord(
                    PackedRecords.RecordIdOf(state, record, Symbols), Symbols.Text(record.Kind), record.Revision, Date(record.Date),
                    Date(record.Until), Date(_public.EndOf(record, scratch.Marks)), record.Severity,
                    record.Level < 0 ? null : Symbols.Text(record.Level),
                    MarkEntry.IsDisputed(record, scratch.Marks, day))
                {
                    RepairableFrom = Date(_public.RepairableFrom(record, scratch.Marks)),
                    PublicFrom = Date(_public.BeginOf(record, scratch.Marks)),
                    PublicityBasis = _public.BasisOf(record),
                });
            }
        }
        finally
        {
            _scratch = scratch;
        }

        records.Sort(static (a, b) => Nullable.Compare(b.Date, a.Date) is var byDate && byDate != 0 ? byDate : Compare(a.Record, b.Record));
        return records;
    }
}
