using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Assessment;

/// <summary>Assessments with every record behind them, for explanations and for the few subjects with measures.</summary>
public sealed partial class Evaluator
{
    private static readonly Comparer<MeasureInForce> ByCause =
        Comparer<MeasureInForce>.Create((a, b) => Compare(a.Cause!.Value, b.Cause!.Value));

    /// <summary>
    /// The assessment of a packed state on a date with what it rests on: of each indicator, limit and measure a bounded number of records,
    /// the oldest.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public SubjectAssessment Assess(SubjectId subject, ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var scratch = Evaluate(state, asOf.DayNumber);
        try
        {
            var summary = Summary(scratch, asOf.DayNumber);
            var order = OldestFirst(state, scratch);
            var measures = Measures(state, scratch, order, asOf.DayNumber, summary);
            var grade = summary.Grade < 0 ? null : Policy.Grades[summary.Grade].Grade;
            return new SubjectAssessment
            {
                Subject = subject,
                Description = PackedRecords.DescriptionOf(state, asOf),
                AsOf = asOf,
                Policy = Policy,
                Rated = summary.Grade >= 0,
                ScoreMilli = summary.ScoreMilli,
                Grade = grade,
                Supervision = grade is null ? null : Policy.Supervision.GetValueOrDefault(grade),
                NextChange = summary.NextChange,
                Indicators = IndicatorResults(state, scratch, order, asOf.DayNumber),
                Limits = LimitResults(state, scratch, order, asOf.DayNumber, summary.ScoreMilli),
                Measures = measures.InForce,
                MeasuresTruncated = measures.Truncated,
            };
        }
        finally
        {
            _scratch = scratch;
        }
    }

    /// <summary>The measures in force; no record is looked at when none causes one.</summary>
    public IReadOnlyList<MeasureInForce> MeasuresInForce(ReadOnlySpan<byte> state, DateOnly asOf, in AssessmentSummary summary) =>
        MeasuresInForce(state, asOf, summary, out _);

    /// <summary>The measures in force, and whether of one of them only the oldest causes are named.</summary>
    public IReadOnlyList<MeasureInForce> MeasuresInForce(
        ReadOnlySpan<byte> state, DateOnly asOf, in AssessmentSummary summary, out bool truncated)
    {
        truncated = false;
        var any = false;
        for (var i = 0; i < _recordTriggers.Length && !any; i++)
            any = summary.Presence[_firstMeasure + i];
        if (!any)
            return MeasuresByGrade(summary, asOf.DayNumber);
        var scratch = Unpack(state);
        try
        {
            (var inForce, truncated) = Measures(state, scratch, OldestFirst(state, scratch), asOf.DayNumber, summary);
            return inForce;
        }
        finally
        {
            _scratch = scratch;
        }
    }

    /// <summary>Whether a measure of the list is in force; constant time.</summary>
    public bool IsInForce(string measure, in AssessmentSummary summary)
    {
        for (var i = 0; i < _recordTriggers.Length; i++)
        {
            if (_recordTriggers[i].Measure == measure && summary.Presence[_firstMeasure + i])
                return true;
        }

        if (summary.Grade < 0)
            return false;
        for (var i = 0; i < _datedTriggers.Length; i++)
        {
            if (_datedTriggers[i].Measure == measure && summary.Presence[FirstDated + i])
                return true;
        }

        var grade = Policy.Grades[summary.Grade].Grade;
        foreach (var trigger in _gradeTriggers)
        {
            if (trigger.Measure == measure && !IsDated(Rulebook.Measures[measure]) && trigger.GradeIn!.Contains(grade))
                return true;
        }

        return false;
    }

    /// <summary>Whether there is any list entry, negative record, commitment or national grade to show; constant time.</summary>
    public bool HasShownRecords(in AssessmentSummary summary) => summary.Presence[_shown];

    /// <summary>
    /// List entries, negative records, commitments in breach and national grades that an authorised check shows on a date, newest first;
    /// of a catalogue that does not name the adverse results of commitments, all commitments.
    /// </summary>
    public IReadOnlyList<ShownRecord> ShownRecords(ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var scratch = Unpack(state);
        try
        {
            var shown = new List<ShownRecord>();
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                if (ShownRule.Matches(record) && ShownRule.StateAt(record, scratch.Marks, asOf.DayNumber) != CompiledRule.Absent
                    && Rulebook.Catalogue.Kinds[Symbols.Text(record.Kind)].IsAdverse(record.Level < 0 ? null : Symbols.Text(record.Level)))
                    shown.Add(Shown(state, record, scratch.Marks, asOf.DayNumber));
            }

            shown.Sort((a, b) => Nullable.Compare(b.Date, a.Date) is var byDate && byDate != 0
                ? byDate : Compare(a.Record, b.Record));
            return shown;
        }
        finally
        {
            _scratch = scratch;
        }
    }

    private static int Compare(RecordId a, RecordId b) =>
        string.CompareOrdinal(a.Source.Value, b.Source.Value) is var bySource && bySource != 0
            ? bySource : string.CompareOrdinal(a.Id, b.Id);

    private ShownRecord Shown(ReadOnlySpan<byte> state, in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        var kind = Symbols.Text(record.Kind);
        return new ShownRecord(
            PackedRecords.RecordIdOf(state, record, Symbols), kind, Rulebook.Catalogue.Kinds[kind].Role, Date(record.Date),
            Date(record.Until), record.Severity, record.Level < 0 ? null : Symbols.Text(record.Level),
            record.Amount == RecordEntry.NoAmount ? null : record.Amount, MarkEntry.IsDisputed(record, marks, day));
    }
}
