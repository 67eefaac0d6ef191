using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Indicators, limits and measures with the records behind them. A subject may have any number of records, so each list names a bounded
/// number of them (I13): the oldest, whatever the order of their arrival.
/// </summary>
public sealed partial class Evaluator
{
    /// <summary>The most records that an assessment names for one indicator, limit or measure.</summary>
    public const int RecordsMax = 200;

    /// <summary>The most records that an assessment names for all indicators, for all limits, and for all measures.</summary>
    public const int RecordsOfAllMax = 2_000;

    /// <summary>One indicator alone, with the records after a place: oldest first, then by source and id.</summary>
    /// <param name="state">A packed state.</param>
    /// <param name="asOf">The date.</param>
    /// <param name="indicator">Id of an indicator of the policy.</param>
    /// <param name="after">Date and record after which to begin; null for the beginning.</param>
    /// <param name="recordsMax">The most records.</param>
    /// <returns>Null when the policy has no such indicator.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IndicatorResult? AssessIndicator(
        ReadOnlySpan<byte> state, DateOnly asOf, string indicator, (DateOnly? Date, RecordId Record)? after, int recordsMax)
    {
        var index = Policy.Indicators.ToList().FindIndex(line => line.Id == indicator);
        if (index < 0)
            return null;
        var scratch = Unpack(state);
        try
        {
            return IndicatorOf(index, state, scratch, OldestFirst(state, scratch), asOf.DayNumber, after, recordsMax);
        }
        finally
        {
            _scratch = scratch;
        }
    }

    private static int RecordsMaxOf(int lines) => Math.Clamp(RecordsOfAllMax / Math.Max(1, lines), 1, RecordsMax);

    /// <summary>Places of all records in an order that does not depend on their arrival; null where no list can be cut.</summary>
    private int[]? OldestFirst(ReadOnlySpan<byte> state, Scratch scratch)
    {
        var lines = Math.Max(_firstLimit, Math.Max(_limitGrades.Length, _recordTriggers.Length));
        if (scratch.Count <= RecordsMaxOf(lines))
            return null;
        var keys = new (int Date, RecordId Record)[scratch.Count];
        var order = new int[scratch.Count];
        for (var i = 0; i < order.Length; i++)
        {
            keys[i] = (scratch.Entries[i].Date, PackedRecords.RecordIdOf(state, scratch.Entries[i], Symbols));
            order[i] = i;
        }

        Array.Sort(keys, order, ByAge);
        return order;
    }

    private List<IndicatorResult> IndicatorResults(ReadOnlySpan<byte> state, Scratch scratch, int[]? order, int day)
    {
        var results = new List<IndicatorResult>(_firstLimit);
        for (var i = 0; i < _firstLimit; i++)
            results.Add(IndicatorOf(i, state, scratch, order, day, after: null, RecordsMaxOf(_firstLimit)));
        return results;
    }

    private IndicatorResult IndicatorOf(
        int index, ReadOnlySpan<byte> state, Scratch scratch, int[]? order, int day, (DateOnly? Date, RecordId Record)? after,
        int recordsMax)
    {
        var rule = _rules[index];
        var total = default(RuleTotal);
        var records = new List<RecordContribution>();
        var seen = Seen(rule, scratch, order, day);
        foreach (var at in seen)
        {
            ref var record = ref scratch.Entries[at];
            var weight = rule.StateAt(record, scratch.Marks, day);
            var points = rule.PointsOf(state, record);
            total.Add(rule, weight, points);
            if (records.Count >= recordsMax && order is not null)
                continue;
            var id = PackedRecords.RecordIdOf(state, record, Symbols);
            if (after is { } place && CompareByAge((Date(record.Date), id), place) <= 0)
                continue;
            records.Add(new RecordContribution(
                id, Symbols.Text(record.Kind), Date(record.Date), points, weight, CompiledRule.Contribution(points, weight),
                Date(rule.NextChange(record, scratch.Marks, day, weight, RecordEntry.Never)),
                MarkEntry.IsDisputed(record, scratch.Marks, day), IsRepaired(record, scratch.Marks, day))
            {
                IsUnderPlan = MarkEntry.IsUnderPlan(record, scratch.Marks, day) && !MarkEntry.IsRepaired(record, scratch.Marks, day),
            });
        }

        records.Sort((a, b) => CompareByAge((a.Date, a.Record), (b.Date, b.Record)));
        if (records.Count > recordsMax)
            records.RemoveRange(recordsMax, records.Count - recordsMax);
        return new IndicatorResult(Policy.Indicators[index], rule.SumOf(total.Sum, total.Weighty), records, seen.Count);
    }

    private List<LimitResult> LimitResults(ReadOnlySpan<byte> state, Scratch scratch, int[]? order, int day, long? score)
    {
        var results = new List<LimitResult>();
        var band = score is { } value ? BandOf(value) : Policy.Grades.Count;
        for (var i = 0; i < _limitGrades.Length; i++)
        {
            var rule = _rules[_firstLimit + i];
            var records = new List<RecordId>();
            var until = RecordEntry.Never;
            var seen = Seen(rule, scratch, order, day);
            foreach (var at in seen)
            {
                ref var record = ref scratch.Entries[at];
                if (records.Count < RecordsMaxOf(_limitGrades.Length))
                    records.Add(PackedRecords.RecordIdOf(state, record, Symbols));
                until = Math.Min(until, rule.NextChange(record, scratch.Marks, day, CompiledRule.FullWeight, until));
            }

            if (records.Count == 0)
                continue;
            records.Sort(Compare);
            results.Add(new LimitResult(Policy.Limits[i], _limitGrades[i] > band, records, seen.Count, Date(until)));
        }

        return results;
    }

    private (List<MeasureInForce> InForce, bool Truncated) Measures(
        ReadOnlySpan<byte> state, Scratch scratch, int[]? order, int day, in AssessmentSummary summary)
    {
        var measures = new List<MeasureInForce>();
        var truncated = false;
        for (var i = 0; i < _recordTriggers.Length; i++)
        {
            var measure = Rulebook.Measures[_recordTriggers[i].Measure];
            var rule = _rules[_firstMeasure + i];
            if (!summary.Presence[rule.Index])
                continue;
            var first = measures.Count;
            var known = measures.Exists(other => other.Measure == measure) ? PlacesOf(measure, measures) : null;
            var seen = Seen(rule, scratch, order, day);
            truncated |= seen.Count > RecordsMaxOf(_recordTriggers.Length);
            foreach (var at in seen.Take(RecordsMaxOf(_recordTriggers.Length)))
            {
                ref var record = ref scratch.Entries[at];
                var until = Date(rule.NextChange(record, scratch.Marks, day, CompiledRule.FullWeight, RecordEntry.Never));
                var cause = PackedRecords.RecordIdOf(state, record, Symbols);
                if (known?.TryGetValue(cause, out var place) is not true)
                    measures.Add(new MeasureInForce(measure, cause, null, Date(record.Date), until));
                else if (until is null || until > measures[place].Until)
                    measures[place] = measures[place] with { Until = until };
            }

            // Records stand in the order of their arrival, which an answer must not show.
            measures.Sort(first, measures.Count - first, ByCause);
        }

        measures.AddRange(MeasuresByGrade(summary, day));
        return (measures, truncated);
    }

    /// <summary>Where each cause of a measure stands that an earlier trigger has brought.</summary>
    private static Dictionary<RecordId, int> PlacesOf(Measure measure, List<MeasureInForce> measures)
    {
        var places = new Dictionary<RecordId, int>();
        for (var i = 0; i < measures.Count; i++)
        {
            if (measures[i].Measure == measure)
                places[measures[i].Cause!.Value] = i;
        }

        return places;
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

    /// <summary>The entries that a rule sees on a day, by their place; in an order, or as they stand.</summary>
    private static List<int> Seen(CompiledRule rule, Scratch scratch, int[]? order, int day)
    {
        var latest = rule.OnlyLatest ? LatestDate(rule, scratch.Marks, day, scratch) : RecordEntry.NoDate;
        var seen = new List<int>();
        for (var i = 0; i < scratch.Count; i++)
        {
            var at = order?[i] ?? i;
            ref var record = ref scratch.Entries[at];
            if (record.Date >= latest && rule.Matches(record)
                && rule.StateAt(record, scratch.Marks, day) != CompiledRule.Absent)
                seen.Add(at);
        }

        return seen;
    }

    private static readonly Comparer<(int Date, RecordId Record)> ByAge = Comparer<(int Date, RecordId Record)>.Create(
        (a, b) => a.Date.CompareTo(b.Date) is var byDate && byDate != 0 ? byDate : Compare(a.Record, b.Record));

    private static int CompareByAge((DateOnly? Date, RecordId Record) a, (DateOnly? Date, RecordId Record) b) =>
        Nullable.Compare(a.Date, b.Date) is var byDate && byDate != 0 ? byDate : Compare(a.Record, b.Record);
}
