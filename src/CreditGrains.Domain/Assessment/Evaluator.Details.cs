using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Assessment;

/// <summary>Assessments with every record behind them, for explanations and for the few subjects with measures.</summary>
public sealed partial class Evaluator
{
    private static readonly Comparer<MeasureInForce> ByCause =
        Comparer<MeasureInForce>.Create((a, b) => Compare(a.Cause!.Value, b.Cause!.Value));

    /// <summary>The assessment of a packed state on a date with all it rests on.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public SubjectAssessment Assess(SubjectId subject, ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var scratch = Evaluate(state, asOf.DayNumber);
        try
        {
            var summary = Summary(scratch.Totals, scratch.Next, scratch.Status, scratch.NationalGrade, asOf.DayNumber);
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
                Indicators = [.. IndicatorResults(state, scratch, asOf.DayNumber)],
                Limits = [.. LimitResults(state, scratch, asOf.DayNumber, summary.ScoreMilli)],
                Measures = Measures(state, scratch, asOf.DayNumber, summary),
            };
        }
        finally
        {
            _scratch = scratch;
        }
    }

    /// <summary>The measures in force; no record is looked at when none causes one.</summary>
    public IReadOnlyList<MeasureInForce> MeasuresInForce(ReadOnlySpan<byte> state, DateOnly asOf, in AssessmentSummary summary)
    {
        var any = false;
        for (var i = 0; i < _recordTriggers.Length && !any; i++)
            any = summary.Presence[_firstMeasure + i];
        if (!any)
            return MeasuresByGrade(summary, asOf.DayNumber);
        var scratch = Unpack(state);
        try
        {
            return Measures(state, scratch, asOf.DayNumber, summary);
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
            if (_datedTriggers[i].Measure == measure && summary.Presence[_rules.Length + i])
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
    /// List entries, negative records, commitments and national grades that an authorised check shows on a date, newest first.
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
                if (ShownRule.Matches(record) && ShownRule.StateAt(record, scratch.Marks, asOf.DayNumber) != CompiledRule.Absent)
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

    private List<IndicatorResult> IndicatorResults(ReadOnlySpan<byte> state, Scratch scratch, int day)
    {
        var results = new List<IndicatorResult>(_firstLimit);
        for (var i = 0; i < _firstLimit; i++)
        {
            var rule = _rules[i];
            var records = new List<RecordContribution>();
            foreach (var at in Seen(rule, scratch, day))
            {
                ref var record = ref scratch.Entries[at];
                var weight = rule.StateAt(record, scratch.Marks, day);
                var points = rule.PointsOf(state, record);
                records.Add(new RecordContribution(
                    PackedRecords.RecordIdOf(state, record, Symbols), Symbols.Text(record.Kind), Date(record.Date), points, weight,
                    CompiledRule.Contribution(points, weight),
                    Date(rule.NextChange(record, scratch.Marks, day, weight, RecordEntry.Never)),
                    MarkEntry.IsDisputed(record, scratch.Marks, day), MarkEntry.IsRepaired(record, scratch.Marks, day)));
            }

            records.Sort((a, b) => Nullable.Compare(a.Date, b.Date) is var byDate && byDate != 0 ? byDate : Compare(a.Record, b.Record));
            results.Add(new IndicatorResult(
                Policy.Indicators[i], rule.SumOf(scratch.Totals[i].Sum, scratch.Totals[i].Weighty), records));
        }

        return results;
    }

    private List<LimitResult> LimitResults(ReadOnlySpan<byte> state, Scratch scratch, int day, long? score)
    {
        var results = new List<LimitResult>();
        var band = score is { } value ? BandOf(value) : Policy.Grades.Count;
        for (var i = 0; i < _limitGrades.Length; i++)
        {
            var rule = _rules[_firstLimit + i];
            var records = new List<RecordId>();
            var until = RecordEntry.Never;
            foreach (var at in Seen(rule, scratch, day))
            {
                ref var record = ref scratch.Entries[at];
                records.Add(PackedRecords.RecordIdOf(state, record, Symbols));
                until = Math.Min(until, rule.NextChange(record, scratch.Marks, day, CompiledRule.FullWeight, until));
            }

            if (records.Count == 0)
                continue;
            records.Sort(Compare);
            results.Add(new LimitResult(Policy.Limits[i], _limitGrades[i] > band, records, Date(until)));
        }

        return results;
    }

    private List<MeasureInForce> Measures(ReadOnlySpan<byte> state, Scratch scratch, int day, in AssessmentSummary summary)
    {
        var measures = new List<MeasureInForce>();
        for (var i = 0; i < _recordTriggers.Length; i++)
        {
            var measure = Rulebook.Measures[_recordTriggers[i].Measure];
            var rule = _rules[_firstMeasure + i];
            if (!summary.Presence[rule.Index])
                continue;
            var mayRepeat = measures.Exists(other => other.Measure == measure);
            var first = measures.Count;
            foreach (var at in Seen(rule, scratch, day))
            {
                ref var record = ref scratch.Entries[at];
                var until = Date(rule.NextChange(record, scratch.Marks, day, CompiledRule.FullWeight, RecordEntry.Never));
                var cause = PackedRecords.RecordIdOf(state, record, Symbols);
                var known = mayRepeat ? measures.FindIndex(other => other.Measure == measure && other.Cause == cause) : -1;
                if (known < 0)
                    measures.Add(new MeasureInForce(measure, cause, null, Date(record.Date), until));
                else if (until is null || until > measures[known].Until)
                    measures[known] = measures[known] with { Until = until };
            }

            // Records stand in the order of their arrival, which an answer must not show.
            measures.Sort(first, measures.Count - first, ByCause);
        }

        measures.AddRange(MeasuresByGrade(summary, day));
        return measures;
    }

    private MeasureInForce[] MeasuresByGrade(in AssessmentSummary summary, int day)
    {
        if (summary.Grade < 0)
            return [];
        var measures = _measuresByGrade[summary.Grade];
        return (_datedGrades & (1UL << summary.Grade)) == 0
            ? measures
            : [.. measures.Where(inForce =>
                CompiledRule.ValidityOf(inForce.Measure) is var valid && day >= valid.From && day < valid.Until)];
    }

    /// <summary>The entries that a rule sees on a day, by their place.</summary>
    private static List<int> Seen(CompiledRule rule, Scratch scratch, int day)
    {
        var latest = rule.OnlyLatest ? LatestDate(rule, scratch.Marks, day, scratch) : RecordEntry.NoDate;
        var seen = new List<int>();
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.Date >= latest && rule.Matches(record)
                && rule.StateAt(record, scratch.Marks, day) != CompiledRule.Absent)
                seen.Add(i);
        }

        return seen;
    }
}
