using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>One kind of record: who may report it, its fields, its natural key, and what evaluation sees of it.</summary>
public sealed record RecordKind
{
    public required string Name { get; init; }

    public required LocalisedText Title { get; init; }

    /// <summary>Sources that may report it; null means any.</summary>
    public IReadOnlyList<string>? ReportedBy { get; init; }

    public ReportingDeadline? Deadline { get; init; }

    /// <summary>Field names that make up the natural key within the subject; empty for none.</summary>
    public IReadOnlyList<string> Identity { get; init; } = [];

    /// <summary>Fields in catalogue order.</summary>
    public required IReadOnlyList<FieldDefinition> Fields { get; init; }

    public FacetMapping Facets { get; init; } = FacetMapping.None;

    /// <summary>Applied in order where the authority gave no severity; the first whose conditions all hold decides.</summary>
    public IReadOnlyList<SeverityRule> SeverityRules { get; init; } = [];

    public Publicity Publicity { get; init; }

    /// <summary>Publicity begins only when the platform has verified the record (semantics, section 9).</summary>
    public bool NeedsVerification { get; init; }

    /// <summary>
    /// Fields that decide whether the public sees a record, such as a commitment's 公开类型: all must hold; empty for every record.
    /// </summary>
    public IReadOnlyList<FieldCondition> PublishedIf { get; init; } = [];

    /// <summary>The place the kind has in a check's answer.</summary>
    public RecordRole Role { get; init; }

    /// <summary>
    /// Levels that speak against the organisation, of a negative kind that has others too, such as a contract that is performed, or of
    /// commitments: a check shows these alone. Null where every record of the kind does. A record of such a level does not end with what
    /// it is about.
    /// </summary>
    public IReadOnlyList<string>? Adverse { get; init; }

    /// <summary>
    /// Id of the section of the credit report in which its records stand (<see cref="Reports.ReportSection"/>); null for the usual one
    /// of its role and name.
    /// </summary>
    public string? Section { get; init; }

    /// <summary>Owner of an imported grade, for instance the tax authority; null where the source says enough.</summary>
    public LocalisedText? Owner { get; init; }

    /// <summary>Fields that describe the organisation itself; null for kinds that do not.</summary>
    public DescriptionMapping? Describes { get; init; }

    /// <summary>
    /// Whether a record of this kind is an authority's decision, which alone may cause a restraint: <c>false</c>; <c>true</c>; or
    /// true only where <see cref="DecisionBasisField"/> is filled.
    /// </summary>
    public bool IsDecision { get; init; } = true;

    /// <summary>Name of the field with the decision's legal basis; null when the kind as such is a decision.</summary>
    public string? DecisionBasisField { get; init; }

    /// <summary>For the platform's own procedures; else null.</summary>
    public Procedure? Procedure { get; init; }

    /// <summary>Where the kind and its fields come from (law, standard), or that they are a proposal of ours.</summary>
    public string? Basis { get; init; }

    /// <summary>Whether a record of a level speaks against the organisation, beside its kind doing so.</summary>
    public bool IsAdverse(string? level) => Adverse is null || (level is not null && Adverse.Contains(level));
}

/// <summary>By when a record must be reported.</summary>
/// <param name="WorkingDays">Working days, 1 or more.</param>
/// <param name="From">Name of the date field it counts from.</param>
public sealed record ReportingDeadline(int WorkingDays, string From);

/// <summary>Which field feeds which facet; null where the kind has no such facet.</summary>
public sealed record FacetMapping
{
    public static readonly FacetMapping None = new();

    public string? Date { get; init; }

    /// <summary>The field that says until when it holds.</summary>
    public string? Until { get; init; }

    /// <summary>
    /// True where that field names the last day of validity (有效期至), so that it ends the day after; false where it names the first day on
    /// which it no longer holds, such as the day of removal from a list.
    /// </summary>
    public bool UntilIsLastDay { get; init; }

    public string? Severity { get; init; }

    public string? Level { get; init; }

    public string? Amount { get; init; }

    /// <summary>Count name to integer field.</summary>
    public IReadOnlyDictionary<string, string> Counts { get; init; } = new Dictionary<string, string>();
}

/// <summary>Fields that name and place the organisation; each null where the kind has none.</summary>
public sealed record DescriptionMapping(string? Name, string? Region, string? Industry, string? Status);

/// <summary>Whether and how long a record is shown to the public.</summary>
public enum Publicity : byte
{
    /// <summary>Never.</summary>
    None = 0,

    /// <summary>By severity, for the period that <c>clocks.yaml</c> gives.</summary>
    Tiered = 1,

    /// <summary>Without end.</summary>
    Always = 2,
}

/// <summary>The part of a check's answer in which a kind's records appear.</summary>
public enum RecordRole : byte
{
    Other = 0,
    Registration = 1,
    List = 2,
    Negative = 3,
    Commitment = 4,
    NationalGrade = 5,
    Honour = 6,

    /// <summary>Another owner's grade (tax, customs, risk class): shown with its owner and date, never mixed with ours.</summary>
    ExternalGrade = 7,

    /// <summary>
    /// The result of an inspection; text field <c>plan</c> and integer field <c>sequence</c>, where it has them, name the place of an
    /// inspection plan that it answers.
    /// </summary>
    Inspection = 8,

    /// <summary>A declaration of the organisation that a department verified (自主申报); shown until the end of its term.</summary>
    Declaration = 9,
}

/// <summary>Gives records a severity where the authority gave none.</summary>
/// <param name="When">All must hold; empty always holds.</param>
/// <param name="Severity">Severity that then applies.</param>
public sealed record SeverityRule(IReadOnlyList<FieldCondition> When, Severity Severity);

/// <summary>
/// A condition on one field. A plain list holds when the field has values and all of them are listed ("only a warning");
/// <c>any</c> holds when at least one is; <c>min</c>/<c>max</c> are inclusive bounds of a number.
/// </summary>
public sealed record FieldCondition(string Field)
{
    public IReadOnlyList<string>? Only { get; init; }

    public IReadOnlyList<string>? Any { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }
}
