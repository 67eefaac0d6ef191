using CreditGrains.Api.Requests;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Api.Operations;

/// <summary>The rules in force. Titles and labels are objects by language.</summary>
public sealed record RulebookResponse(
    string Id, IReadOnlyDictionary<string, string> Title, string? Jurisdiction, string TimeZone, string Scheme,
    IReadOnlyList<string> Languages, string Digest, PolicyResponse Policy, IReadOnlyList<KindResponse> Kinds,
    IReadOnlyList<MeasureEntryResponse> Measures, IReadOnlyList<MatterResponse> Matters, IReadOnlyList<FeedMapping> Feeds,
    IReadOnlyList<PurposeResponse> Purposes)
{
    internal static RulebookResponse Of(Rulebook rulebook) => new(
        rulebook.Id, rulebook.Title.ByLanguage, rulebook.Jurisdiction, rulebook.TimeZone.Id, rulebook.Scheme.Name, rulebook.Languages,
        rulebook.Digest, PolicyResponse.Of(rulebook.Policy),
        [.. rulebook.Catalogue.Kinds.Values.Select(KindResponse.Of)],
        [.. rulebook.Measures.Values.Select(MeasureEntryResponse.Of)],
        [.. rulebook.Matters.Values.Select(MatterResponse.Of)],
        [.. rulebook.Feeds.Values], [.. rulebook.Purposes.Values.Select(PurposeResponse.Of)]);
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

/// <summary>An approval matter: its stages, who may ask, and the outcomes its check may have.</summary>
public sealed record MatterResponse(
    string Matter, IReadOnlyDictionary<string, string> Title, IReadOnlyList<string> Measures, IReadOnlyList<string> Outcomes, string? Basis,
    IReadOnlyList<StageResponse> Stages, AskersResponse AskedBy, IReadOnlyList<string> Purposes, IReadOnlyList<OutcomeResponse> Rules)
{
    internal static MatterResponse Of(Matter matter) => new(
        matter.Id, matter.Title.ByLanguage, matter.Measures,
        [.. matter.Outcomes.Select(rule => WireNames.Of(rule.Outcome)).Distinct()], matter.Basis,
        [.. matter.Stages.Select(stage => new StageResponse(stage.Id, stage.Title.ByLanguage))], AskersResponse.Of(matter.Askers),
        matter.Purposes, [.. matter.Outcomes.Select(OutcomeResponse.Of)]);
}

/// <summary>A stage of a matter.</summary>
public sealed record StageResponse(string Stage, IReadOnlyDictionary<string, string> Title);

/// <summary>One line of a matter, tried in order.</summary>
/// <param name="Outcome">The outcome where it holds.</param>
/// <param name="Stages">Stages at which it is tried; empty for all.</param>
/// <param name="Reason">Reason shown to the approver.</param>
/// <param name="Basis">Basis of the outcome; null for the matter's own basis.</param>
public sealed record OutcomeResponse(
    string Outcome, IReadOnlyList<string> Stages, IReadOnlyDictionary<string, string>? Reason, string? Basis)
{
    internal static OutcomeResponse Of(OutcomeRule rule) =>
        new(WireNames.Of(rule.Outcome), rule.Stages, rule.Reason?.ByLanguage, rule.Basis);
}

/// <summary>Callers that may ask; an empty list keeps nobody out.</summary>
public sealed record AskersResponse(IReadOnlyList<string> Roles, IReadOnlyList<string> Organs)
{
    internal static AskersResponse Of(Askers askers) => new(askers.Roles, askers.Organs);
}

/// <summary>A purpose and the callers that may use it.</summary>
public sealed record PurposeResponse(string Purpose, IReadOnlyDictionary<string, string> Title, AskersResponse AskedBy)
{
    internal static PurposeResponse Of(Purpose purpose) =>
        new(purpose.Id, purpose.Title.ByLanguage, AskersResponse.Of(purpose.Askers));
}
