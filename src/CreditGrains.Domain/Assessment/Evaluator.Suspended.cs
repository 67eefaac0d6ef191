using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>Measures that an open objection keeps out of force.</summary>
public sealed partial class Evaluator
{
    /// <summary>The measures that would be in force on a date if no objection to their cause were open.</summary>
    /// <param name="state">A packed state.</param>
    /// <param name="asOf">The date.</param>
    /// <param name="truncated">Whether of one of them only the oldest causes are named.</param>
    /// <returns>In the order of the policy's triggers, then by age of the cause.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyList<SuspendedMeasure> MeasuresSuspended(ReadOnlySpan<byte> state, DateOnly asOf, out bool truncated)
    {
        truncated = false;
        var day = asOf.DayNumber;
        var scratch = Unpack(state);
        try
        {
            if (scratch.Marks.IsEmpty)
                return [];
            var without = new MarkEntry[scratch.Marks.Length];
            for (var i = 0; i < without.Length; i++)
                without[i] = scratch.Marks[i].WithoutObjection();
            var suspended = new List<SuspendedMeasure>();
            var recordsMax = RecordsMaxOf(_recordTriggers.Length);
            for (var i = 0; i < _recordTriggers.Length; i++)
            {
                var first = suspended.Count;
                AddSuspended(state, scratch, without, day, i, suspended);
                suspended.Sort(first, suspended.Count - first, ByAgeOfCause);
                truncated |= suspended.Count - first > recordsMax;
                if (suspended.Count - first > recordsMax)
                    suspended.RemoveRange(first + recordsMax, suspended.Count - first - recordsMax);
            }

            return suspended;
        }
        finally
        {
            _scratch = scratch;
        }
    }

    private static readonly Comparer<SuspendedMeasure> ByAgeOfCause = Comparer<SuspendedMeasure>.Create(
        static (a, b) => CompareByAge((a.From, a.Cause), (b.From, b.Cause)));

    private void AddSuspended(
        ReadOnlySpan<byte> state, Scratch scratch, MarkEntry[] without, int day, int trigger, List<SuspendedMeasure> suspended)
    {
        var rule = _rules[_firstMeasure + trigger];
        var measure = Rulebook.Measures[_recordTriggers[trigger].Measure];
        var latest = rule.OnlyLatest ? LatestDate(rule, without, day, scratch) : RecordEntry.NoDate;
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.FirstMark < 0 || record.Date < latest || !rule.Matches(record)
                || rule.StateAt(record, scratch.Marks, day) != CompiledRule.Absent
                || rule.StateAt(record, without, day) == CompiledRule.Absent)
                continue;
            var cause = PackedRecords.RecordIdOf(state, record, Symbols);
            if (suspended.Exists(known => known.Measure == measure && known.Cause == cause))
                continue;
            suspended.Add(new SuspendedMeasure(
                measure, cause, ObjectionTo(state, scratch, record, day), Date(record.Date),
                Date(rule.NextChange(record, without, day, CompiledRule.FullWeight, RecordEntry.Never))));
        }
    }

    /// <summary>The oldest objection that is open on a day, then by source and id.</summary>
    private RecordId ObjectionTo(ReadOnlySpan<byte> state, Scratch scratch, in RecordEntry record, int day)
    {
        (DateOnly? From, RecordId Mark)? oldest = null;
        var id = state.Slice(record.IdStart, record.IdLength);
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var mark = ref scratch.Entries[i];
            if (mark.Procedure != Procedure.Objection || mark.Withdrawn || mark.Date > day || day >= mark.Until
                || mark.TargetSource != record.Source || !state.Slice(mark.TargetIdStart, mark.TargetIdLength).SequenceEqual(id))
                continue;
            var found = (Date(mark.Date), PackedRecords.RecordIdOf(state, mark, Symbols));
            if (oldest is null || CompareByAge(found, oldest.Value) < 0)
                oldest = found;
        }

        return oldest?.Mark ?? throw new InvalidDataException("A record is disputed by no objection.");
    }
}
