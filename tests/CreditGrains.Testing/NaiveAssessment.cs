using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Testing;

/// <summary>One event as the naive model keeps it.</summary>
public sealed record ModelEvent(RecordId Record, int Revision, EventOp Op, string Kind, RecordFacts Facts);

/// <summary>
/// Semantics, section 6, read aloud: decimals, lists and no cleverness. It shares no code with the product's evaluation, and says
/// everything in one text, so that two results are equal when their texts are.
/// </summary>
public static class NaiveAssessment
{
    /// <summary>The records that remain of events in any order, however often they come: the highest revision of each.</summary>
    public static List<ModelEvent> Remaining(IEnumerable<ModelEvent> events) =>
        [.. events.GroupBy(e => e.Record).Select(group => group.MaxBy(e => e.Revision)!).Where(e => e.Op == EventOp.Put)];

    /// <summary>The assessment in words and numbers.</summary>
    public static string Describe(Rulebook rulebook, IEnumerable<ModelEvent> events, DateOnly day)
    {
        var policy = rulebook.Policy;
        var all = Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        var taking = all.Where(e => e.Facts.Mark is null && (e.Facts.Date is not { } date || date <= day) && !IsSuspended(e, marks, day))
            .ToList();
        var lines = new List<string>();
        decimal score = policy.BaseMilli;
        foreach (var indicator in policy.Indicators)
        {
            var (sum, line) = IndicatorLine(rulebook, indicator, taking, marks, day);
            score += sum;
            lines.Add(line);
        }

        score = Math.Clamp(score, policy.MinMilli, policy.MaxMilli);
        var rated = policy.RatedWhen is null || taking.Any(e => Matches(policy.RatedWhen, e));
        var band = policy.Grades.TakeWhile(b => score < b.MinMilli).Count();
        band = Math.Min(band, policy.Grades.Count - 1);
        var grade = band;
        foreach (var limit in policy.Limits)
        {
            var holding = taking.Where(e => Matches(limit.Match, e))
                .Where(e => !IsOver(rulebook, limit.Lasts, e, marks, day)
                    && (!IsRepaired(rulebook, e, marks, day) || limit.RepairedPercent > 0))
                .ToList();
            if (holding.Count == 0)
                continue;
            grade = Math.Max(grade, policy.Grades.ToList().FindIndex(b => b.Grade == limit.Grade));
            lines.Add($"limit {limit.Id}: {Names(holding)}");
        }

        var gradeName = rated ? policy.Grades[grade].Grade : null;
        var caused = new SortedDictionary<string, List<ModelEvent>>(StringComparer.Ordinal);
        foreach (var trigger in policy.Measures)
        {
            if (rulebook.Measures[trigger.Measure] is var measure
                && (day < measure.ValidFrom || day > measure.ValidUntil || day < measure.PublishedOn))
                continue;
            if (trigger.GradeIn is { } grades && gradeName is not null && grades.Contains(gradeName))
                lines.Add($"measure {trigger.Measure}: grade {gradeName}");
            if (trigger.Record is null)
                continue;
            var restraint = rulebook.Measures[trigger.Measure].Class == MeasureClass.Restraint;
            var causes = taking.Where(e => Matches(trigger.Record, e) && (!restraint || e.Facts.IsDecision)
                && !IsRepaired(rulebook, e, marks, day) && !IsDisputed(e, marks, day) && (e.Facts.Until is not { } until || day < until)
                && (NaivePublicity.End(rulebook, e, marks) is not { } end || day < end)
                && !IsOver(rulebook, trigger.Lasts, e, marks, day)).ToList();
            if (causes.Count > 0)
                caused[trigger.Measure] = [.. caused.GetValueOrDefault(trigger.Measure, []).Union(causes)];
        }

        lines.AddRange(caused.Select(pair => $"measure {pair.Key}: {Names(pair.Value)}"));
        lines.Sort(StringComparer.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{(rated ? score : "unrated")} {gradeName}\n") + string.Join('\n', lines);
    }

    /// <summary>Whether any record of the subject's own is there that is not withdrawn.</summary>
    public static bool IsKnown(IEnumerable<ModelEvent> events) => Remaining(events).Exists(e => e.Facts.Mark is null);

    /// <summary>Matter of <see cref="RandomRules"/>: something known, then a registration that takes part.</summary>
    public static CheckOutcome Decide(IReadOnlyList<ModelEvent> events, DateOnly day)
    {
        if (!IsKnown(events))
            return CheckOutcome.Review;
        var all = Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        var registered = all.Exists(e => e.Kind == "registration" && !(e.Facts.Date > day) && !IsSuspended(e, marks, day));
        return registered ? CheckOutcome.Proceed : CheckOutcome.FastTrack;
    }

    /// <summary>The description: of the latest describing record that takes part.</summary>
    public static SubjectDescription? DescriptionOf(IEnumerable<ModelEvent> events, DateOnly day)
    {
        var all = Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        return all.Where(e => e.Facts.Description is not null && !(e.Facts.Date > day) && !IsSuspended(e, marks, day))
            .OrderBy(e => e.Facts.Date ?? DateOnly.MinValue).ThenBy(e => e.Record.Id, StringComparer.Ordinal)
            .LastOrDefault()?.Facts.Description;
    }

    /// <summary>Lists on which it stands: entries that take part, are not repaired and have not ended.</summary>
    public static IEnumerable<string> Lists(Rulebook rulebook, IEnumerable<ModelEvent> events, DateOnly day)
    {
        var all = Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        return all.Where(e => e.Facts.Mark is null && rulebook.Catalogue.Kinds[e.Kind].Role == RecordRole.List && !(e.Facts.Date > day)
                && !(e.Facts.Until <= day) && !IsSuspended(e, marks, day) && !IsRepaired(rulebook, e, marks, day))
            .Select(e => $"list {e.Kind} {e.Facts.Level}").Distinct();
    }

    /// <summary>The product's result in the same words.</summary>
    public static string Describe(SubjectAssessment assessment)
    {
        var lines = assessment.Indicators
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Indicator.Id}={i.SumMilli}: ") + string.Join(", ", i.Records
                .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Record}*{r.PointsMilli}*{r.Weight}={r.ContributionMilli}"))
                .Order(StringComparer.Ordinal)))
            .Concat(assessment.Limits.Select(l =>
                $"limit {l.Limit.Id}: {string.Join(", ", l.Records.Select(r => r.ToString()).Order(StringComparer.Ordinal))}"))
            .Concat(assessment.Measures.Where(m => m.Cause is null).Select(m => $"measure {m.Measure.Id}: grade {m.CauseGrade}"))
            .Concat(assessment.Measures.Where(m => m.Cause is not null).GroupBy(m => m.Measure.Id)
                .Select(g => $"measure {g.Key}: {string.Join(", ", g.Select(m => m.Cause.ToString()).Order(StringComparer.Ordinal))}"))
            .ToList();
        lines.Sort(StringComparer.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{(assessment.Rated ? assessment.ScoreMilli : "unrated")} {assessment.Grade}\n")
            + string.Join('\n', lines);
    }

    private static (decimal Sum, string Line) IndicatorLine(
        Rulebook rulebook, Indicator indicator, List<ModelEvent> taking, List<ModelEvent> marks, DateOnly day)
    {
        var matching = Latest(taking.Where(e => Matches(indicator.Match, e)), indicator.OnlyLatest).ToList();
        decimal sum = 0;
        var weighty = 0;
        var parts = new List<string>();
        foreach (var record in matching)
        {
            var points = PointsOf(indicator, record.Facts);
            var percent = IsOver(rulebook, indicator.Lasts, record, marks, day) ? 0 : Fade(indicator, record.Facts, day);
            var repaired = IsRepaired(rulebook, record, marks, day) ? indicator.RepairedPercent : 100;
            var contribution = Math.Truncate(points * percent * repaired / 10_000m);
            sum += contribution;
            if (percent * repaired != 0)
                weighty++;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{record.Record}*{points}*{percent * repaired}={contribution}"));
        }

        if (indicator.Repeat is { } repeat && weighty >= repeat.From)
            sum = Math.Truncate(sum * repeat.Percent / 100m);
        if (indicator.FloorMilli is { } floor)
            sum = Math.Max(sum, floor);
        if (indicator.CeilingMilli is { } ceiling)
            sum = Math.Min(sum, ceiling);
        parts.Sort(StringComparer.Ordinal);
        return (sum, string.Create(CultureInfo.InvariantCulture, $"{indicator.Id}={sum}: ") + string.Join(", ", parts));
    }

    /// <summary>Records under an indicator whose weight is not 0.</summary>
    internal static int WeightyUnder(
        Rulebook rulebook, Indicator indicator, List<ModelEvent> taking, List<ModelEvent> marks, DateOnly day) =>
        Latest(taking.Where(e => Matches(indicator.Match, e)), indicator.OnlyLatest).Count(record =>
            !IsOver(rulebook, indicator.Lasts, record, marks, day) && Fade(indicator, record.Facts, day) != 0
            && (!IsRepaired(rulebook, record, marks, day) || indicator.RepairedPercent != 0));

    private static decimal PointsOf(Indicator indicator, RecordFacts facts)
    {
        decimal points = indicator.PointsMilli;
        if (facts.Level is { } level && indicator.LevelsMilli.TryGetValue(level, out var extra))
            points += extra;
        foreach (var per in indicator.Per)
        {
            var value = per.Of == "amount"
                ? (facts.AmountMicro ?? 0)
                : facts.Counts.Where(c => c.Key == per.Of).Select(c => c.Value * 1_000_000m).FirstOrDefault();
            var more = Math.Floor(value / per.UnitMicro) * per.PointsMilli;
            if (per.LimitMilli is { } limit)
                more = limit < 0 ? Math.Max(more, limit) : Math.Min(more, limit);
            points += more;
        }

        return points;
    }

    private static decimal Fade(Indicator indicator, RecordFacts facts, DateOnly day)
    {
        if (indicator.Fade.Count == 0)
            return 100;
        var age = facts.Date is { } date ? day.DayNumber - date.DayNumber : 0;
        return indicator.Fade.LastOrDefault(step => step.Days <= age)?.Percent ?? 0;
    }

    internal static bool IsOver(Rulebook rulebook, Lifetime lasts, ModelEvent record, List<ModelEvent> marks, DateOnly day)
    {
        if (lasts.Days is { } days && record.Facts.Date is { } date && day.DayNumber - date.DayNumber >= days)
            return true;
        if (lasts.Until && record.Facts.Until is { } until && day >= until)
            return true;
        return lasts.Published && !NaivePublicity.IsPublished(rulebook, record, marks, day);
    }

    private static IEnumerable<ModelEvent> Latest(IEnumerable<ModelEvent> records, bool only)
    {
        var list = records.ToList();
        if (!only || list.Count == 0)
            return list;
        var latest = list.Max(e => e.Facts.Date ?? DateOnly.MinValue);
        return list.Where(e => (e.Facts.Date ?? DateOnly.MinValue) == latest);
    }

    internal static bool Matches(RecordMatch match, ModelEvent e)
    {
        if (match.Kind is { } kinds && !kinds.Contains(e.Kind))
            return false;
        if (match.Source is { } sources && !sources.Contains(e.Record.Source.Value))
            return false;
        if (match.Severity is { } severities && !severities.Contains(e.Facts.Severity))
            return false;
        if (match.Level is { } levels && (e.Facts.Level is not { } level || !levels.Contains(level)))
            return false;
        return (match.AmountMinMicro is not { } min || e.Facts.AmountMicro >= min)
            && (match.AmountMaxMicro is not { } max || e.Facts.AmountMicro <= max);
    }

    internal static bool IsSuspended(ModelEvent record, List<ModelEvent> marks, DateOnly day) =>
        marks.Any(m => Concerns(m, record, Procedure.Objection, day) && m.Facts.Mark!.SuspendedFrom <= day
            && (m.Facts.Until is not { } until || day < until));

    internal static bool IsDisputed(ModelEvent record, List<ModelEvent> marks, DateOnly day) =>
        marks.Any(m => Concerns(m, record, Procedure.Objection, day) && (m.Facts.Until is not { } until || day < until));

    /// <summary>A repair has effect after the minimum of the record's tier.</summary>
    internal static bool IsRepaired(Rulebook rulebook, ModelEvent record, List<ModelEvent> marks, DateOnly day) =>
        marks.Any(m => Concerns(m, record, Procedure.Plan, day) && (m.Facts.Until is not { } until || day < until))
        || (marks.Any(m => Concerns(m, record, Procedure.Repair, day)) && NaivePublicity.IsMinimumOver(rulebook, record, marks, day));

    internal static bool Concerns(ModelEvent mark, ModelEvent record, Procedure procedure, DateOnly day) =>
        mark.Facts.Mark!.Procedure == procedure && mark.Facts.Mark.Target == record.Record && mark.Facts.Date <= day;

    private static string Names(IEnumerable<ModelEvent> records) =>
        string.Join(", ", records.Select(e => e.Record.ToString()).Order(StringComparer.Ordinal));
}
