using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Says the rules in force in words: a pure function of the rulebook, of which nothing is left out.</summary>
internal static class RulesInWords
{
    private const string DashedZh = "；";
    private const string DashedEn = "; ";

    public static RulesModel Of(Rulebook rulebook, DateOnly today)
    {
        var policy = rulebook.Policy;
        return new RulesModel(
            Text.Of(rulebook.Title), Text.Of(policy.Label), policy.Version,
            [.. rulebook.Clocks.Publicity.OrderBy(tier => tier.Key).SelectMany(tier => tier.Value
                .Where(version => version.Place is null || version.Place == rulebook.Clocks.Place)
                .OrderByDescending(version => version.ValidFrom ?? DateOnly.MinValue)
                .Select(version => new TierModel(
                    FieldTexts.Of(tier.Key) ?? RuleTexts.NoTier, version.Published, version.MinMonths, version.MaxMonths, version.Basis,
                    Applying(version))))],
            [.. policy.Indicators.Select(indicator => Of(indicator, rulebook))],
            [.. policy.Limits.Select(limit => new RuleModel(
                limit.Label is { } label ? Text.Of(label) : Matched(limit.Match, rulebook), Fill(RuleTexts.LimitEffect, limit.Grade),
                Lasting(limit.Lasts), limit.RepairedPercent == 0 ? RuleTexts.RepairLifts : RuleTexts.RepairKeeps, limit.Basis))],
            [.. rulebook.Measures.Values.GroupBy(measure => measure.Class).OrderBy(group => group.Key)
                .Select(group => (ClassOf(group.Key), (IReadOnlyList<MeasureModel>)[.. group.Select(measure => new MeasureModel(
                    Text.Of(measure.Title), Text.Of(measure.Content), Text.Of(measure.AppliesTo), measure.Mandatory, measure.Implementer,
                    measure.Basis))]))],
            [.. rulebook.Clocks.Deadlines
                .Where(deadline => !(deadline.ValidFrom > today) && !(deadline.ValidUntil < today))
                .Select(deadline => new DeadlineModel(Text.Of(deadline.Title), deadline.WorkingDays, deadline.Place, deadline.Basis))]);
    }

    /// <summary>Which records a version of a tier is for, where it is not for all.</summary>
    private static List<Text> Applying(PublicityTier version)
    {
        var parts = new List<Text>();
        if (version.Place is { } place)
            parts.Add(new Text(place, place));
        if (version.Sector is { } sector)
            parts.Add(Fill(RuleTexts.TierSector, sector));
        if (version.ValidFrom is { } from)
            parts.Add(Fill(RuleTexts.TierDecidedFrom, Day(from)));
        if (version.ValidUntil is { } until)
            parts.Add(Fill(RuleTexts.TierDecidedUntil, Day(until)));
        if (version.Anchor == PublicityAnchor.Until)
            parts.Add(RuleTexts.TierFromUntil);
        else if (version.Anchor == PublicityAnchor.Publication)
            parts.Add(RuleTexts.TierFromPublication);
        if (version.Transition == PublicityTransition.MoreFavourable)
            parts.Add(RuleTexts.TierMoreFavourable);
        return parts;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static RuleModel Of(Indicator indicator, Rulebook rulebook)
    {
        var effects = new List<Text>();
        if (indicator.PointsMilli != 0)
            effects.Add(Fill(indicator.PointsMilli < 0 ? RuleTexts.Minus : RuleTexts.Plus, Points(indicator.PointsMilli)));
        foreach (var (level, milli) in indicator.LevelsMilli)
        {
            effects.Add(Fill(
                milli < 0 ? RuleTexts.LevelMinus : milli > 0 ? RuleTexts.LevelPlus : RuleTexts.LevelNothing,
                LevelOf(indicator.Match, level, rulebook), Points(milli)));
        }

        foreach (var per in indicator.Per)
        {
            effects.Add(Fill(
                per.PointsMilli < 0 ? RuleTexts.PerMinus : RuleTexts.PerPlus, Number(per.UnitMicro / 1_000_000m), Points(per.PointsMilli)));
            if (per.LimitMilli is { } limit)
                effects.Add(Fill(RuleTexts.PerLimit, Points(limit)));
        }

        if (indicator.Repeat is { } repeat)
            effects.Add(Fill(RuleTexts.Repeat, repeat.From, repeat.Percent));
        if (indicator.OnlyLatest)
            effects.Add(RuleTexts.OnlyLatest);
        if (indicator.FloorMilli is { } floor)
            effects.Add(Fill(RuleTexts.AtMostMinus, Points(floor)));
        if (indicator.CeilingMilli is { } ceiling)
            effects.Add(Fill(RuleTexts.AtMostPlus, Points(ceiling)));
        var lasts = new List<Text> { Lasting(indicator.Lasts) };
        lasts.AddRange(indicator.Fade.Where(step => step.Days > 0).Select(step => Fill(RuleTexts.Fades, step.Days, step.Percent)));
        return new RuleModel(
            indicator.Label is { } label ? Text.Of(label) : Matched(indicator.Match, rulebook), Join(effects), Join(lasts),
            indicator.RepairedPercent == 0 ? RuleTexts.RepairEnds : Fill(RuleTexts.RepairLeaves, indicator.RepairedPercent),
            indicator.Basis);
    }

    private static Text Matched(RecordMatch match, Rulebook rulebook) => Join(
        [.. (match.Kind ?? []).Select(kind =>
            rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) ? Text.Of(known.Title) : new Text(kind, kind))]);

    private static object LevelOf(RecordMatch match, string level, Rulebook rulebook)
    {
        foreach (var name in match.Kind ?? [])
        {
            if (rulebook.Catalogue.Kinds.TryGetValue(name, out var kind)
                && kind.Fields.FirstOrDefault(field => field.Name == kind.Facets.Level) is { } field)
                return FieldTexts.Code(field, level);
        }

        return level;
    }

    private static Text Lasting(Lifetime lasts)
    {
        var parts = new List<Text>();
        if (lasts.Days is { } days)
            parts.Add(Fill(RuleTexts.LastsDays, days));
        if (lasts.Until)
            parts.Add(RuleTexts.LastsUntil);
        if (lasts.Published)
            parts.Add(RuleTexts.LastsPublished);
        return parts.Count == 0 ? RuleTexts.LastsAlways : Join(parts);
    }

    private static Text ClassOf(MeasureClass value) => value switch
    {
        MeasureClass.Incentive => RuleTexts.Incentives,
        MeasureClass.Supervision => RuleTexts.Supervision,
        MeasureClass.Notice => RuleTexts.Notices,
        _ => RuleTexts.Restraints,
    };

    private static string Points(long milli) => Number(Math.Abs(milli) / 1000m);

    private static string Number(decimal value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static Text Fill(Text text, params object[] values) => text.With(values);

    private static Text Join(List<Text> texts) => texts.Count == 0
        ? RuleTexts.NoPoints
        : new Text(string.Join(DashedZh, texts.Select(text => text.Zh)), string.Join(DashedEn, texts.Select(text => text.En)));
}
