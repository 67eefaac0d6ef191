using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// References from one file to another. A file that could not be read is null, and nothing is said about references to it.
/// </summary>
internal sealed class ReferenceChecks(
    Catalogue? catalogue, Policy? policy, IReadOnlyDictionary<string, Measure>? measures, Clocks? clocks, MistakeList mistakes)
{
    public Catalogue? Catalogue => catalogue;

    public Policy? Policy => policy;

    public IReadOnlyDictionary<string, Measure>? Measures => measures;

    public MistakeList Mistakes => mistakes;

    public bool Kind(object part, string kind, params string[] path)
    {
        if (catalogue is null || kind == "" || catalogue.Kinds.ContainsKey(kind))
            return true;
        mistakes.At(
            part, "unknown-kind", $"The catalogue has no kind '{YamlNode.Shorten(kind)}'.", Suggestion.For(kind, catalogue.Kinds.Keys),
            path);
        return false;
    }

    public void Grade(object part, string grade, params string[] path)
    {
        if (policy is null || grade == "" || policy.Grades.Count == 0 || policy.Grades.Any(band => band.Grade == grade))
            return;
        mistakes.At(
            part, "unknown-grade", $"The policy has no grade '{YamlNode.Shorten(grade)}'.",
            Suggestion.For(grade, policy.Grades.Select(band => band.Grade)), path);
    }

    public Measure? Measure(object part, string measure, params string[] path)
    {
        if (measures is null || measure == "")
            return null;
        if (measures.TryGetValue(measure, out var known))
            return known;
        mistakes.At(
            part, "unknown-measure", $"The measure list has no '{YamlNode.Shorten(measure)}'.",
            measures.Count == 0 ? "Add it to measures.yaml, with its legal basis." : Suggestion.For(measure, measures.Keys), path);
        return null;
    }

    /// <summary>The kinds that a match looks at; empty when one is unknown.</summary>
    public IReadOnlyList<RecordKind> KindsOf(RecordMatch match)
    {
        if (catalogue is null)
            return [];
        return match.Kind is null
            ? [.. catalogue.Kinds.Values]
            : [.. match.Kind.Where(catalogue.Kinds.ContainsKey).Select(kind => catalogue.Kinds[kind])];
    }

    public void Match(RecordMatch match)
    {
        if (match is { Kind: null, Source: null, Severity: null, Level: null, AmountMinMicro: null, AmountMaxMicro: null })
            mistakes.At(match, "empty-match", "The match asks for nothing, so that every record matches.", "Name at least the kinds.");
        if (match.AmountMinMicro > match.AmountMaxMicro)
            mistakes.At(match, "bounds-order", "'min' is greater than 'max'.", "Swap them.", "amount");
        var known = true;
        foreach (var kind in match.Kind ?? [])
            known &= Kind(match, kind, "kind", kind);
        if (!known || catalogue is null)
            return;
        var kinds = KindsOf(match);
        // Rules give a severity where no field does.
        var lacksRules = !kinds.Any(kind => kind.SeverityRules.Count > 0);
        NeedsFacet(match, kinds, "severity", match.Severity is not null && lacksRules, facets => facets.Severity);
        NeedsFacet(match, kinds, "amount", match.AmountMinMicro is not null || match.AmountMaxMicro is not null, facets => facets.Amount);
        NeedsFacet(match, kinds, "level", match.Level is not null, facets => facets.Level);
        Levels(match, kinds, match.Level ?? [], level => ["level", level]);
    }

    /// <summary>Levels must be codes of the level field of one of the kinds at least.</summary>
    public void Levels(object part, IReadOnlyList<RecordKind> kinds, IEnumerable<string> levels, Func<string, string[]> path)
    {
        var codes = kinds.SelectMany(LevelCodes).Distinct().ToList();
        if (codes.Count == 0)
            return;
        foreach (var level in levels.Where(level => level != "" && !codes.Contains(level)))
        {
            mistakes.At(
                part, "unknown-level", $"'{YamlNode.Shorten(level)}' is not a level of {Names(kinds)}.", Suggestion.For(level, codes),
                path(level));
        }
    }

    public static IEnumerable<string> LevelCodes(RecordKind kind) =>
        kind.Fields.FirstOrDefault(field => field.Name == kind.Facets.Level)?.Of ?? [];

    public void NeedsFacet(
        object part, IReadOnlyList<RecordKind> kinds, string key, bool asked, Func<FacetMapping, string?> facet, params string[] path)
    {
        if (!asked || kinds.Count == 0 || kinds.Any(kind => facet(kind.Facets) is not null))
            return;
        mistakes.At(
            part, "facet-needed", $"None of {Names(kinds)} has the facet '{key}', so that nothing matches.",
            $"Add '{key}' to the kind's facets in catalogue.yaml, or remove it here.", path.Length == 0 ? [key] : path);
    }

    public void Lifetime(Lifetime lasts, RecordMatch match)
    {
        var kinds = KindsOf(match);
        NeedsFacet(lasts, kinds, "until", lasts.Until, facets => facets.Until);
        if (!lasts.Published || kinds.Count == 0)
            return;
        foreach (var kind in kinds.Where(kind => kind.Publicity == Publicity.None && match.Kind is not null))
        {
            mistakes.At(
                lasts, "not-published", $"Records of kind '{kind.Name}' are never published, so that they never count.",
                "Give the kind a publicity class, or use 'days' or 'until'.", "published");
        }

        if (kinds.Any(kind => kind.Publicity == Publicity.Tiered) && clocks is { Publicity.Count: 0 })
        {
            mistakes.At(
                lasts, "clocks-needed", "The publicity period is asked for, but clocks.yaml has no 'publicity'.",
                "Add clocks.yaml with a tier for minor, general and serious.", "published");
        }
    }

    private static string Names(IEnumerable<RecordKind> kinds) => string.Join(", ", kinds.Select(kind => kind.Name));
}
