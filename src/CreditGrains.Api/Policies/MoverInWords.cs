using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Simulation;

namespace CreditGrains.Api.Policies;

/// <summary>What differs between a subject's assessments under two policies, in words: indicators, limits, measures.</summary>
internal static class MoverInWords
{
    public static MoverShape Of(ExplainedMover explained, string language)
    {
        var (mover, before, after) = explained;
        return new MoverShape(
            mover.Subject.Value, after.Description?.Name, mover.OldGrade, mover.NewGrade, Points(mover.OldScoreMilli),
            Points(mover.NewScoreMilli), mover.Steps, [.. Reasons(before, after, language == "zh")]);
    }

    private static IEnumerable<string> Reasons(SubjectAssessment before, SubjectAssessment after, bool zh)
    {
        var language = zh ? "zh" : "en";
        if (before.Rated != after.Rated)
        {
            yield return after.Rated
                ? zh ? "原未评价，改为评价。" : "It was not rated and becomes rated."
                : zh ? "原已评价，改为不评价。" : "It was rated and becomes unrated.";
        }

        if (before.Rated && after.Rated && before.Policy.BaseMilli != after.Policy.BaseMilli)
        {
            var (from, to) = (WireWords.Points(before.Policy.BaseMilli), WireWords.Points(after.Policy.BaseMilli));
            yield return zh ? $"基础分由{from}改为{to}。" : $"The base goes from {from} to {to}.";
        }

        var sums = before.Indicators.ToDictionary(result => result.Indicator.Id);
        foreach (var result in after.Indicators)
        {
            var old = sums.GetValueOrDefault(result.Indicator.Id)?.SumMilli ?? 0;
            sums.Remove(result.Indicator.Id);
            if (old != result.SumMilli)
                yield return Indicator(result.Indicator, old, result.SumMilli, zh);
        }

        foreach (var gone in sums.Values.Where(result => result.SumMilli != 0))
            yield return Indicator(gone.Indicator, gone.SumMilli, 0, zh);
        foreach (var limit in after.Limits.Where(limit => Same(before, limit) is null))
        {
            var name = limit.Limit.Label?.In(language) ?? limit.Limit.Id;
            var cause = string.Join(zh ? "、" : ", ", limit.Records.Take(3));
            yield return zh ? $"新增等级上限{limit.Limit.Grade}：{name}（{cause}）。" : $"No better than {limit.Limit.Grade}: {name} ({cause}).";
        }

        foreach (var limit in before.Limits.Where(limit => Same(after, limit) is null))
        {
            var name = limit.Limit.Label?.In(language) ?? limit.Limit.Id;
            yield return zh ? $"不再有等级上限{limit.Limit.Grade}：{name}。" : $"No longer bound to {limit.Limit.Grade}: {name}.";
        }

        if (before.Grade == after.Grade || before.Grade is null || after.Grade is null)
            yield break;
        var bands = (Band(before.Policy, before.Grade), Band(after.Policy, before.Grade));
        if (bands.Item1 != bands.Item2)
        {
            yield return zh
                ? $"等级{before.Grade}的最低分由{bands.Item1}改为{bands.Item2}。"
                : $"Grade {before.Grade} needs {bands.Item2} instead of {bands.Item1}.";
        }
    }

    private static string Indicator(Indicator indicator, long old, long now, bool zh)
    {
        var name = indicator.Label?.In(zh ? "zh" : "en") ?? indicator.Id;
        return zh
            ? $"{name}：由{WireWords.Points(old)}分变为{WireWords.Points(now)}分。"
            : $"{name}: from {WireWords.Points(old)} to {WireWords.Points(now)} points.";
    }

    private static LimitResult? Same(SubjectAssessment other, LimitResult limit) =>
        other.Limits.FirstOrDefault(known => known.Limit.Id == limit.Limit.Id && known.Limit.Grade == limit.Limit.Grade);

    private static string Band(Policy policy, string grade) =>
        policy.Grades.FirstOrDefault(band => band.Grade == grade) is { } band ? WireWords.Points(band.MinMilli) : "-";

    private static string? Points(long? milli) => milli is { } points ? WireWords.Points(points) : null;
}
