using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>Outcomes of matters, from summaries alone.</summary>
public sealed partial class Evaluator
{
    /// <summary>Different statuses, and different national grades, that all matters together may ask for.</summary>
    internal const int NamedValuesMax = 64;

    private readonly Dictionary<string, CompiledMatter> _matters;
    private readonly byte[][] _statuses;
    private readonly int[] _nationalGrades;
    private readonly HashSet<int> _nationalGradeKinds;
    private readonly ulong _nationalGradeBits;

    /// <summary>Decides a check of a matter from a summary: constant time, no allocation.</summary>
    /// <param name="matter">Id of a matter.</param>
    /// <param name="stage">Stage of the workflow; null where none is named.</param>
    /// <param name="summary">The subject's summary under this evaluator.</param>
    /// <param name="decided">The matter, when there is one of that id.</param>
    /// <returns>The outcome rule that holds; null when the rulebook has no such matter.</returns>
    public OutcomeRule? Decide(string matter, string? stage, in AssessmentSummary summary, out Matter? decided)
    {
        if (!_matters.TryGetValue(matter, out var compiled))
        {
            decided = null;
            return null;
        }

        decided = compiled.Matter;
        return compiled.Decide(stage, summary);
    }

    /// <summary>Whether a mandatory measure of a matter is in force: constant time, no allocation. False for no matter.</summary>
    /// <param name="matter">Id of a matter.</param>
    /// <param name="summary">The subject's summary under this evaluator.</param>
    public bool HasMandatoryMeasure(string matter, in AssessmentSummary summary) =>
        _matters.TryGetValue(matter, out var compiled) && compiled.HasMandatoryMeasure(summary);

    internal ulong GradeBits(IEnumerable<string> grades) => Bits(grades, Policy.Grades.Select(band => band.Grade).ToList());

    internal ulong StatusBits(IEnumerable<string> statuses) =>
        Bits(statuses, _statuses.Select(System.Text.Encoding.UTF8.GetString).ToList());

    internal ulong NationalGradeBits(IEnumerable<string> grades) => Bits(grades, _nationalGrades.Select(Symbols.Text).ToList());

    /// <summary>Presences that put one of the measures in force: of rules, and of grades while a measure's basis is in force.</summary>
    internal int[] MeasureRules(HashSet<string> measures) =>
        [.. Enumerable.Range(0, _recordTriggers.Length).Where(i => measures.Contains(_recordTriggers[i].Measure))
            .Select(i => _firstMeasure + i),
            .. Enumerable.Range(0, _datedTriggers.Length).Where(i => measures.Contains(_datedTriggers[i].Measure))
                .Select(i => FirstDated + i)];

    /// <summary>Grades that put one of the measures in force on any day.</summary>
    internal ulong MeasureGrades(HashSet<string> measures) => GradeBits(_gradeTriggers
        .Where(trigger => measures.Contains(trigger.Measure) && !IsDated(Rulebook.Measures[trigger.Measure]))
        .SelectMany(trigger => trigger.GradeIn!).Distinct());

    /// <summary>Place of a describing record's status among those that matters ask for; -1 for any other.</summary>
    internal int StatusOf(ReadOnlySpan<byte> state, in RecordEntry record)
    {
        if (record.DescriptionStart == 0)
            return -1;
        var status = PackedRecords.DescriptionPart(state, record.DescriptionStart, 3);
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (status.SequenceEqual(_statuses[i]))
                return i;
        }

        return -1;
    }

    internal bool IsNationalGrade(in RecordEntry record) =>
        (_nationalGradeBits & CompiledRule.BitOf(record.Kind)) != 0 && !record.Withdrawn && _nationalGradeKinds.Contains(record.Kind);

    /// <summary>Place of a level among the national grades that matters ask for; -1 for any other.</summary>
    internal int NationalGradeOf(int level) => Array.IndexOf(_nationalGrades, level);

    /// <summary>
    /// Matters ask for the same records again and again, and every different condition is looked at for every record: the same one, written
    /// in several places, is one rule.
    /// </summary>
    private static string FactKey(RecordMatch match, bool disputed) => string.Join(
        '\n', disputed, Values(match.Kind), Values(match.Source), Values(match.Severity), Values(match.Level), match.AmountMinMicro,
        match.AmountMaxMicro);

    private static string Values<T>(IReadOnlyList<T>? values) => values is null ? "*" : string.Join('\t', values);

    private static ulong Bits(IEnumerable<string> wanted, List<string> known) =>
        wanted.Select(value => known.IndexOf(value)).Where(index => index >= 0).Aggregate(0UL, (bits, index) => bits | (1UL << index));

    private static List<string> Named(Rulebook rulebook, Func<OutcomeCondition, IReadOnlyList<string>?> values)
    {
        var named = rulebook.Matters.Values.SelectMany(matter => matter.Outcomes)
            .SelectMany(rule => rule.When is { } when ? values(when) ?? [] : []).Distinct().ToList();
        return named.Count <= NamedValuesMax
            ? named
            : throw new InvalidOperationException($"Matters name more than {NamedValuesMax} different values of one kind.");
    }

    /// <summary>Status and national grade of the subject, and the days on which a description begins.</summary>
    private void Characterise(ReadOnlySpan<byte> state, Scratch scratch, int day)
    {
        var described = -1;
        var graded = -1;
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.DescriptionStart != 0 && !record.Withdrawn)
            {
                if (record.Date > day)
                    scratch.Next.Checked = Math.Min(scratch.Next.Checked, record.Date);
                else
                    scratch.Next.Checked = Math.Min(
                        scratch.Next.Checked, MarkEntry.NextSuspensionChange(record, scratch.Marks, day));
                if (record.Date <= day && !MarkEntry.IsSuspended(record, scratch.Marks, day)
                    && (described < 0 || PackedRecords.IsLater(state, record, state, scratch.Entries[described])))
                    described = i;
            }

            if (IsNationalGrade(record)
                && ShownRule.StateAt(record, scratch.Marks, day) != CompiledRule.Absent
                && (graded < 0 || PackedRecords.IsLater(state, record, state, scratch.Entries[graded])))
                graded = i;
        }

        scratch.Status = described < 0 ? -1 : StatusOf(state, scratch.Entries[described]);
        scratch.NationalGrade = graded < 0 ? -1 : NationalGradeOf(scratch.Entries[graded].Level);
    }
}
