using CreditGrains.Api.Requests;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Api.Operations;

/// <summary>The rules in force. Titles and labels are objects by language.</summary>
public sealed record RulebookShape(
    string Id, IReadOnlyDictionary<string, string> Title, string? Jurisdiction, string TimeZone, string Scheme,
    IReadOnlyList<string> Languages, string Digest, PolicyShape Policy, IReadOnlyList<KindShape> Kinds,
    IReadOnlyList<MeasureEntryShape> Measures, IReadOnlyList<MatterShape> Matters, IReadOnlyList<FeedMapping> Feeds)
{
    internal static RulebookShape Of(Rulebook rulebook) => new(
        rulebook.Id, rulebook.Title.ByLanguage, rulebook.Jurisdiction, rulebook.TimeZone.Id, rulebook.Scheme.Name, rulebook.Languages,
        rulebook.Digest, PolicyShape.Of(rulebook.Policy),
        [.. rulebook.Catalogue.Kinds.Values.Select(KindShape.Of)],
        [.. rulebook.Measures.Values.Select(MeasureEntryShape.Of)],
        [.. rulebook.Matters.Values.Select(MatterShape.Of)],
        [.. rulebook.Feeds.Values]);
}

/// <summary>The evaluation in force, at a glance.</summary>
public sealed record PolicyShape(
    string Id, string Version, IReadOnlyDictionary<string, string> Label, string Base, string Min, string Max,
    IReadOnlyList<GradeShape> Grades, IReadOnlyList<string> Indicators, IReadOnlyList<string> Limits, string? Basis)
{
    internal static PolicyShape Of(Policy policy) => new(
        policy.Id, policy.Version, policy.Label.ByLanguage, WireWords.Points(policy.BaseMilli), WireWords.Points(policy.MinMilli),
        WireWords.Points(policy.MaxMilli), [.. policy.Grades.Select(band => new GradeShape(band.Grade, WireWords.Points(band.MinMilli)))],
        [.. policy.Indicators.Select(indicator => indicator.Id)], [.. policy.Limits.Select(limit => limit.Id)], policy.Basis);
}

/// <summary>A grade and the least score it needs.</summary>
public sealed record GradeShape(string Grade, string Min);

/// <summary>A record kind with everything that is needed to write an event of it.</summary>
public sealed record KindShape(
    string Kind, IReadOnlyDictionary<string, string> Title, IReadOnlyList<string>? ReportedBy, KindDeadlineShape? Deadline,
    IReadOnlyList<string> Identity, string Publicity, string? Basis, IReadOnlyList<FieldShape> Fields)
{
    internal static KindShape Of(RecordKind kind) => new(
        kind.Name, kind.Title.ByLanguage, kind.ReportedBy,
        kind.Deadline is { } deadline ? new KindDeadlineShape(deadline.WorkingDays, deadline.From) : null, kind.Identity,
        WireWords.Of(kind.Publicity), kind.Basis, [.. kind.Fields.Select(FieldShape.From)]);
}

/// <summary>By when a record must be reported, in working days from a date field.</summary>
public sealed record KindDeadlineShape(int WorkingDays, string From);

/// <summary>One field of a kind.</summary>
public sealed record FieldShape(
    string Name, string Type, IReadOnlyDictionary<string, string>? Title, bool Required, int? MaxLength,
    IReadOnlyList<string> Of,
    IReadOnlyDictionary<string, string> Aliases, decimal? Min, decimal? Max, int? Places,
    string? NotAfter, string? NotBefore, string? Wire)
{
    internal static FieldShape From(FieldDefinition field) => new(
        field.Name, WireWords.Of(field.Type), field.Title?.ByLanguage, field.Required, field.MaxLength, field.Of, field.Aliases, field.Min,
        field.Max, field.Type == FieldType.Decimal ? field.Places : null, field.NotAfter, field.NotBefore, field.Wire);
}

/// <summary>An entry of the measure list.</summary>
public sealed record MeasureEntryShape(
    string Measure, string Class, bool Mandatory, IReadOnlyDictionary<string, string> Title, IReadOnlyDictionary<string, string> Content,
    IReadOnlyDictionary<string, string> AppliesTo, string Basis, string Implementer)
{
    internal static MeasureEntryShape Of(Measure measure) => new(
        measure.Id, WireWords.Of(measure.Class), measure.Mandatory, measure.Title.ByLanguage, measure.Content.ByLanguage,
        measure.AppliesTo.ByLanguage, measure.Basis, measure.Implementer);
}

/// <summary>An approval matter, and the outcomes its check may have.</summary>
public sealed record MatterShape(
    string Matter, IReadOnlyDictionary<string, string> Title, IReadOnlyList<string> Measures, IReadOnlyList<string> Outcomes, string? Basis)
{
    internal static MatterShape Of(Matter matter) => new(
        matter.Id, matter.Title.ByLanguage, matter.Measures,
        [.. matter.Outcomes.Select(rule => WireWords.Of(rule.Outcome)).Distinct()], matter.Basis);
}
