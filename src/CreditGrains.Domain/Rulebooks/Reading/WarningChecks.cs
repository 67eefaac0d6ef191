using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of early warnings: one bound each, and records that can reach it.</summary>
internal static class WarningChecks
{
    public static void Check(IEnumerable<EarlyWarning> warnings, ReferenceChecks references)
    {
        foreach (var warning in warnings)
            Check(warning, references);
    }

    private static void Check(EarlyWarning warning, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        var bounds = new object?[] { warning.EndsWithinDays, warning.PublicityEndsWithinDays, warning.Count, warning.RepeatOf }
            .Count(bound => bound is not null);
        if (bounds != 1 || (warning.RepeatOf is null) == (warning.Record is null)
            || (warning.Count is null) != (warning.WithinMonths is null))
        {
            mistakes.At(
                warning, "warning-needs-one", "A warning has exactly one bound.",
                "Write 'record' with endsWithinDays, with publicityEndsWithinDays, or with count and withinMonths; or repeatOf alone.");
            return;
        }

        if (warning.RepeatOf is { } repeat)
        {
            CheckRepeat(warning, repeat, references);
            return;
        }

        references.Match(warning.Record!);
        var kinds = references.KindsOf(warning.Record!);
        references.NeedsFacet(warning, kinds, "until", warning.EndsWithinDays is not null, facets => facets.Until, "endsWithinDays");
        references.NeedsFacet(warning, kinds, "date", warning.Count is not null, facets => facets.Date, "count");
        if (warning.PublicityEndsWithinDays is not null && kinds.Count > 0 && !kinds.Any(kind => kind.Publicity == Publicity.Tiered))
        {
            mistakes.At(
                warning, "not-published", "The publicity of these records has no end, so that it never comes near.",
                "Name a kind with tiered publicity.", "publicityEndsWithinDays");
        }
    }

    private static void CheckRepeat(EarlyWarning warning, string repeat, ReferenceChecks references)
    {
        if (references.Policy is not { } policy || repeat == "")
            return;
        var indicator = policy.Indicators.FirstOrDefault(each => each.Id == repeat);
        if (indicator?.Repeat is not null)
            return;
        references.Mistakes.At(
            warning, "unknown-indicator",
            indicator is null
                ? $"The policy has no indicator '{YamlNode.Shorten(repeat)}'." : $"The indicator '{repeat}' has no 'repeat'.",
            Suggestion.For(repeat, policy.Indicators.Where(each => each.Repeat is not null).Select(each => each.Id)), "repeatOf");
    }
}
