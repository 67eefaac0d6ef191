using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Simulation;

/// <summary>Differences between a subject's assessments under two policies, in words: indicators, limits, bands.</summary>
internal static class MoverReasons
{
    public static IEnumerable<LocalisedText> Of(SubjectAssessment before, SubjectAssessment after)
    {
        if (before.Rated != after.Rated)
        {
            yield return after.Rated
                ? Text("原未评价，改为评价。", "It was not rated and becomes rated.")
                : Text("原已评价，改为不评价。", "It was rated and becomes unrated.");
        }

        if (before.Rated && after.Rated && before.Policy.BaseMilli != after.Policy.BaseMilli)
        {
            var (from, to) = (Points(before.Policy.BaseMilli), Points(after.Policy.BaseMilli));
            yield return Text($"基础分由{from}改为{to}。", $"The base goes from {from} to {to}.");
        }

        var sums = before.Indicators.ToDictionary(result => result.Indicator.Id);
        foreach (var result in after.Indicators)
        {
            var old = sums.GetValueOrDefault(result.Indicator.Id)?.SumMilli ?? 0;
            sums.Remove(result.Indicator.Id);
            if (old != result.SumMilli)
                yield return OfIndicator(result.Indicator, old, result.SumMilli);
        }

        foreach (var gone in sums.Values.Where(result => result.SumMilli != 0))
            yield return OfIndicator(gone.Indicator, gone.SumMilli, 0);
        foreach (var limit in after.Limits.Where(limit => Same(before, limit) is null))
        {
            var (grade, causes) = (limit.Limit.Grade, limit.Records.Take(3).ToList());
            yield return Text(
                $"新增等级上限{grade}：{NameOf(limit, "zh")}（{string.Join('、', causes)}）。",
                $"No better than {grade}: {NameOf(limit, "en")} ({string.Join(", ", causes)}).");
        }

        foreach (var limit in before.Limits.Where(limit => Same(after, limit) is null))
        {
            yield return Text(
                $"不再有等级上限{limit.Limit.Grade}：{NameOf(limit, "zh")}。",
                $"No longer bound to {limit.Limit.Grade}: {NameOf(limit, "en")}.");
        }

        if (before.Grade == after.Grade || before.Grade is null || after.Grade is null)
            yield break;
        var (was, isNow) = (Band(before.Policy, before.Grade), Band(after.Policy, before.Grade));
        if (was != isNow)
        {
            yield return Text(
                $"等级{before.Grade}的最低分由{was}改为{isNow}。", $"Grade {before.Grade} needs {isNow} instead of {was}.");
        }
    }

    private static LocalisedText OfIndicator(Indicator indicator, Int128 old, Int128 now) => Text(
        $"{indicator.Label?.In("zh") ?? indicator.Id}：由{Points(old)}分变为{Points(now)}分。",
        $"{indicator.Label?.In("en") ?? indicator.Id}: from {Points(old)} to {Points(now)} points.");

    private static string NameOf(LimitResult limit, string language) => limit.Limit.Label?.In(language) ?? limit.Limit.Id;

    private static LimitResult? Same(SubjectAssessment other, LimitResult limit) =>
        other.Limits.FirstOrDefault(known => known.Limit.Id == limit.Limit.Id && known.Limit.Grade == limit.Limit.Grade);

    private static string Band(Policy policy, string grade) =>
        policy.Grades.FirstOrDefault(band => band.Grade == grade) is { } band ? Points(band.MinMilli) : "-";

    private static string Points(Int128 milli) => MilliPoints.Text(milli);

    private static LocalisedText Text(string zh, string en) =>
        new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
