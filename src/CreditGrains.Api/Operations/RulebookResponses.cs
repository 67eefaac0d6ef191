using CreditGrains.Api.Requests;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Api.Operations;

/// <summary>The rules in force. Titles and labels are objects by language.</summary>
public sealed record RulebookResponse(
    string Id, IReadOnlyDictionary<string, string> Title, string? Jurisdiction, string TimeZone, string Scheme,
    IReadOnlyList<string> Languages, string Digest, PolicyResponse Policy, IReadOnlyList<KindResponse> Kinds,
    IReadOnlyList<MeasureEntryResponse> Measures, IReadOnlyList<MatterResponse> Matters, IReadOnlyList<FeedMapping> Feeds)
{
    internal static RulebookResponse Of(Rulebook rulebook) => new(
        rulebook.Id, rulebook.Title.ByLanguage, rulebook.Jurisdiction, rulebook.TimeZone.Id, rulebook.Scheme.Name, rulebook.Languages,
        rulebook.Digest, PolicyResponse.Of(rulebook.Policy),
        [.. rulebook.Catalogue.Kinds.Values.Select(KindResponse.Of)],
        [.. rulebook.Measures.Values.Select(MeasureEntryResponse.Of)],
        [.. rulebook.Matters.Values.Select(MatterResponse.Of)],
        [.. rulebook.Feeds.Values]);
}

/// <summary>The evaluation in force, at a glance.</summary>
public sealed record PolicyResponse(
    string Id, string Version, IReadOnlyDictionary<string, string> Label, string Base, string Min, string Max,
    IReadOnlyList<GradeResponse> Grades, IReadOnlyList<string> Indicators, IReadOnlyList<string> Limits, string? Basis)
{
    internal static PolicyResponse Of(Policy policy) => new(
        policy.Id, policy.Version, policy.Label.ByLanguage, WireNames.Points(policy.BaseMilli), WireNames.Points(policy.MinMilli),
        WireNames.Points(policy.MaxMilli),
            [.. policy.Grades.Select(band => new GradeResponse(band.Grade, WireNames.Points(band.MinMilli)))],
        [.. policy.Indicators.Select(indicator => indicator.Id)], [.. policy.Limits.Select(limit => limit.Id)], policy.Basis);
}

/// <summary>A grade and the least score it needs.</summary>
public sealed record GradeResponse(string Grade, string Min);

/// <summary>A record kind with everything that is needed to write an event of it.</summary>
public sealed record KindResponse(
    string Kind, IReadOnlyDictionary<string, string> Title, IReadOnlyList<string>? ReportedBy, KindDeadlineResponse? Deadline,
    IReadOnlyList<string> Identity, string Publicity, string? Basis, IReadOnlyList<FieldResponse> Fields)
{
    internal static KindResponse Of(RecordKind kind) => new(
        kind.Name, kind.Title.ByLanguage, kind.ReportedBy,
        kind.Deadline is { } deadline ? new KindDeadlineResponse(deadline.WorkingDays, deadline.From) : null, kind.Identity,
        WireNames.Of(kind.Publicity), kind.Basis, [.. kind.Fields.Select(FieldResponse.From)]);
}

/// <summary>By when a record must be reported, in working days from a date field.</summary>
public sealed record KindDeadlineResponse(int WorkingDays, string From);

/// <summary>One field of a kind.</summary>
public sealed record FieldResponse(
    string Name, string Type, IReadOnlyDictionary<string, string>? Title, bool Required, int? MaxLength,
    IReadOnlyList<string> Of,
    IReadOnlyDictionary<string, string> Aliases, decimal? Min, decimal? Max, int? Places,
    string? NotAfter, string? NotBefore, string? Wire)
{
    internal static FieldResponse From(FieldDefinition field) => new(
        field.Name, WireNames.Of(field.Type), field.Title?.ByLanguage, field.Required, field.MaxLength, field.Of, field.Aliases, field.Min,
        field.Max, field.Type == FieldType.Decimal ? field.Places : null, field.NotAfter, field.NotBefore, field.Wire);
}

/// <summary>An entry of the measure list.</summary>
public sealed record MeasureEntryResponse(
    string Measure, string Class, bool Mandatory, IReadOnlyDictionary<string, string> Title, IReadOnlyDictionary<string, string> Content,
    IReadOnlyDictionary<string, string> AppliesTo, string Basis, string Implementer)
{
    internal static MeasureEntryResponse Of(Measure measure) => new(
        measure.Id, WireNames.Of(measure.Class), measure.Mandatory, measure.Title.ByLanguage, measure.Content.ByLanguage,
        measure.AppliesTo.ByLanguage, measure.Basis, measure.Implementer);
}

/// <summary>An approval matter, and the outcomes its check may have.</summary>
public sealed record MatterResponse(
    string Matter, IReadOnlyDictionary<string, string> Title, IReadOnlyList<string> Measures, IReadOnlyList<string> Outcomes, string? Basis)
{
    internal static MatterResponse Of(Matter matter) => new(
        matter.Id, matter.Title.ByLanguage, matter.Measures,
        [.. matter.Outcomes.Select(rule => WireNames.Of(rule.Outcome)).Distinct()], matter.Basis);
}
