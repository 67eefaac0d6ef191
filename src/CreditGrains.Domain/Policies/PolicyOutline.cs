using System.Globalization;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// A policy taken apart into named values, so that two can be compared: sections, parts (an indicator), values (its points).
/// </summary>
internal sealed class PolicyOutline
{
    private PolicyOutline(Policy policy) => Sections =
    [
        new OutlineSection("", [Whole(policy)]),
        new OutlineSection("unrated", policy.RatedWhen is { } rated ? [RatedPart(rated)] : []),
        new OutlineSection("grades", [.. policy.Grades.Select(GradePart)]),
        new OutlineSection("indicators", [.. policy.Indicators.Select(IndicatorPart)]),
        new OutlineSection("limits", [.. policy.Limits.Select(LimitPart)]),
        new OutlineSection("supervision", [.. policy.Supervision.Select(SupervisionPart)]),
        new OutlineSection("measures", TriggerParts(policy.Measures)),
    ];

    public IReadOnlyList<OutlineSection> Sections { get; }

    public static PolicyOutline Of(Policy policy) => new(policy);

    private static OutlinePart Whole(Policy policy)
    {
        var values = new List<OutlineValue>();
        values.Add("id", "标识", "id", policy.Id);
        values.Add("version", "版本", "version", policy.Version);
        values.AddText("label", "名称", "label", policy.Label);
        values.Add("scoring", "本地评分", "local scoring", policy.Scoring ? "true" : "false");
        values.Add("base", "基础分", "base score", Milli(policy.BaseMilli));
        values.Add("min", "最低分", "least score", Milli(policy.MinMilli));
        values.Add("max", "最高分", "greatest score", Milli(policy.MaxMilli));
        values.Add("basis", "依据", "basis", policy.Basis);
        return new OutlinePart("", "", "", values);
    }

    private static OutlinePart RatedPart(RecordMatch rated)
    {
        var values = new List<OutlineValue>();
        values.AddMatch("", "信息", "records", rated);
        return new OutlinePart("unrated", "参评条件", "Condition for being rated", values);
    }

    private static OutlinePart GradePart(GradeBand band)
    {
        var values = new List<OutlineValue>();
        values.Add("min", "最低分", "least score", Milli(band.MinMilli));
        return new OutlinePart($"grades/{band.Grade}", $"等级{band.Grade}", $"Grade {band.Grade}", values);
    }

    private static OutlinePart IndicatorPart(Indicator indicator)
    {
        var values = new List<OutlineValue>();
        values.AddText("label", "名称", "label", indicator.Label);
        values.AddMatch("match/", "适用信息", "records", indicator.Match);
        values.Add("points", "分值", "points", Milli(indicator.PointsMilli));
        foreach (var (level, points) in indicator.LevelsMilli)
            values.Add($"levels/{level}", $"级别{level}的分值", $"points of level {level}", Milli(points));
        foreach (var (key, per) in Numbered(indicator.Per, per => per.Of))
        {
            values.Add($"per/{key}/unit", $"{key}的计分单位", $"unit of {key}", Micro(per.UnitMicro));
            values.Add($"per/{key}/points", $"{key}每单位分值", $"points for each unit of {key}", Milli(per.PointsMilli));
            values.Add($"per/{key}/limit", $"{key}计分上限", $"limit of points by {key}", per.LimitMilli is { } limit ? Milli(limit) : null);
        }

        if (indicator.Fade.Count > 0)
        {
            values.Add(
                "fade", "随时间衰减（天:百分比）", "fade (days:percent)",
                string.Join(", ", indicator.Fade.Select(step => Invariant($"{step.Days}:{step.Percent}"))));
        }

        values.AddLifetime(indicator.Lasts);
        values.Add("repaired", "修复后仍计百分比", "percent that counts after repair", Invariant($"{indicator.RepairedPercent}"));
        values.Add("only", "只计最近一日", "latest date only", indicator.OnlyLatest ? "latest" : null);
        values.Add("repeat/from", "累犯起算条数", "repeats count from", indicator.Repeat is { } from ? Invariant($"{from.From}") : null);
        values.Add(
            "repeat/percent", "累犯百分比", "percent for repeats", indicator.Repeat is { } repeat ? Invariant($"{repeat.Percent}") : null);
        values.Add("floor", "扣分下限", "floor", indicator.FloorMilli is { } floor ? Milli(floor) : null);
        values.Add("ceiling", "加分上限", "ceiling", indicator.CeilingMilli is { } ceiling ? Milli(ceiling) : null);
        values.Add("basis", "依据", "basis", indicator.Basis);
        return Part("indicators", "指标", "Indicator", indicator.Id, indicator.Label, values);
    }

    private static OutlinePart LimitPart(GradeLimit limit)
    {
        var values = new List<OutlineValue>();
        values.AddText("label", "名称", "label", limit.Label);
        values.AddMatch("match/", "适用信息", "records", limit.Match);
        values.Add("grade", "等级上限", "best grade left", limit.Grade);
        values.AddLifetime(limit.Lasts);
        values.Add("repaired", "修复后仍计百分比", "percent that counts after repair", Invariant($"{limit.RepairedPercent}"));
        values.Add("basis", "依据", "basis", limit.Basis);
        return Part("limits", "等级限制", "Limit", limit.Id, limit.Label, values);
    }

    private static OutlinePart SupervisionPart(KeyValuePair<string, SupervisionSetting> setting)
    {
        var values = new List<OutlineValue>();
        values.Add("inspectionPercent", "抽查比例（%）", "inspection percent", Number(setting.Value.InspectionPercent));
        values.Add("perYear", "每年最多抽查次数", "inspections a year at most", Invariant($"{setting.Value.PerYear}"));
        return new OutlinePart($"supervision/{setting.Key}", $"等级{setting.Key}的监管", $"Supervision of grade {setting.Key}", values);
    }

    /// <summary>A measure may have several causes; by grade and by record are told apart, further ones are numbered.</summary>
    private static List<OutlinePart> TriggerParts(IReadOnlyList<MeasureTrigger> triggers)
    {
        var parts = new List<OutlinePart>();
        foreach (var (key, trigger) in Numbered(triggers, trigger => $"{trigger.Measure}/{(trigger.Record is null ? "grade" : "record")}"))
        {
            var values = new List<OutlineValue>();
            values.Add("gradeIn", "触发等级", "grades that cause it", OutlineValues.Sorted(trigger.GradeIn));
            if (trigger.Record is { } record)
                values.AddMatch("record/", "触发信息", "records that cause it", record);
            values.AddLifetime(trigger.Lasts);
            parts.Add(new OutlinePart($"measures/{key}", $"措施{trigger.Measure}的触发条件", $"Cause of measure {trigger.Measure}", values));
        }

        return parts;
    }

    private static OutlinePart Part(
        string section, string zh, string en, string id, LocalisedText? label, List<OutlineValue> values) =>
        new($"{section}/{id}", label is null ? $"{zh}{id}" : $"{zh}“{label.In("zh")}”（{id}）",
            label is null ? $"{en} {id}" : $"{en} \"{label.In("en")}\" ({id})", values);

    private static IEnumerable<(string Key, T Item)> Numbered<T>(IReadOnlyList<T> items, Func<T, string> key)
    {
        var seen = new Dictionary<string, int>();
        foreach (var item in items)
        {
            var name = key(item);
            var number = seen[name] = seen.GetValueOrDefault(name) + 1;
            yield return (number == 1 ? name : Invariant($"{name}/{number}"), item);
        }
    }

    internal static string Listed(IEnumerable<string> values) => string.Join(", ", values);

    internal static string Milli(long value) => Number(value / 1000m);

    internal static string Micro(long value) => Number(value / 1_000_000m);

    internal static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Number(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>One list of the policy.</summary>
internal sealed record OutlineSection(string Key, IReadOnlyList<OutlinePart> Parts);

/// <summary>One item of a list, or the policy as such.</summary>
internal sealed record OutlinePart(string Place, string Zh, string En, IReadOnlyList<OutlineValue> Values)
{
    public string Name(string language) => language == "zh" ? Zh : En;

    public string Summary(string language) => Values.Count == 0
        ? "-"
        : language == "zh"
            ? string.Join("；", Values.Select(value => $"{value.Zh} {value.Text}"))
            : string.Join("; ", Values.Select(value => $"{value.En} {value.Text}"));
}

/// <summary>A named value that is given.</summary>
internal sealed record OutlineValue(string Key, string Zh, string En, string Text);

/// <summary>Values that several parts have.</summary>
internal static class OutlineValues
{
    private static readonly Dictionary<string, string> NoTexts = [];

    /// <summary>Adds the value unless it is not given.</summary>
    public static void Add(this List<OutlineValue> values, string key, string zh, string en, string? text)
    {
        if (text is not null)
            values.Add(new OutlineValue(key, zh, en, text));
    }

    public static void AddText(this List<OutlineValue> values, string key, string zh, string en, LocalisedText? text)
    {
        foreach (var (language, words) in (text?.ByLanguage ?? NoTexts).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            values.Add($"{key}/{language}", $"{zh}（{language}）", $"{en} ({language})", words);
    }

    public static void AddMatch(this List<OutlineValue> values, string key, string zh, string en, RecordMatch match)
    {
        values.Add(key + "kind", zh + "的类别", en + " of kind", Sorted(match.Kind));
        values.Add(key + "source", zh + "的信源单位", en + " of source", Sorted(match.Source));
        values.Add(
            key + "severity", zh + "的严重程度", en + " of severity",
            Sorted(match.Severity?.Select(tier => tier.ToString().ToLowerInvariant())));
        values.Add(key + "level", zh + "的级别", en + " of level", Sorted(match.Level));
        values.Add(
            key + "amount/min", zh + "的最低金额", en + " of an amount from",
            match.AmountMinMicro is { } min ? PolicyOutline.Micro(min) : null);
        values.Add(
            key + "amount/max", zh + "的最高金额", en + " of an amount up to",
            match.AmountMaxMicro is { } max ? PolicyOutline.Micro(max) : null);
    }

    public static void AddLifetime(this List<OutlineValue> values, Lifetime lasts)
    {
        values.Add("lasts/days", "有效天数", "days it lasts", lasts.Days is { } days ? PolicyOutline.Invariant($"{days}") : null);
        values.Add("lasts/until", "至有效期止", "lasts until the record's end", lasts.Until ? "true" : null);
        values.Add("lasts/published", "公示期内有效", "lasts while published", lasts.Published ? "true" : null);
    }

    /// <summary>A match means any of the values, so that their order says nothing.</summary>
    public static string? Sorted(IEnumerable<string>? values) =>
        values is null ? null : PolicyOutline.Listed(values.Order(StringComparer.Ordinal));
}
