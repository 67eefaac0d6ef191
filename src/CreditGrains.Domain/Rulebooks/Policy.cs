namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// The evaluation (评价标准) of semantics, section 6. All point values are whole milli-points.
/// </summary>
public sealed record Policy
{
    public required string Id { get; init; }

    public required string Version { get; init; }

    public required LocalisedText Label { get; init; }

    /// <summary>False turns local scoring off: no score and no grade, limits and measures stay.</summary>
    public bool Scoring { get; init; } = true;

    public required long BaseMilli { get; init; }

    public required long MinMilli { get; init; }

    public required long MaxMilli { get; init; }

    /// <summary>Best first.</summary>
    public required IReadOnlyList<GradeBand> Grades { get; init; }

    /// <summary>A subject is rated only when a record that takes part matches; null rates every subject.</summary>
    public RecordMatch? RatedWhen { get; init; }

    public IReadOnlyList<Indicator> Indicators { get; init; } = [];

    public IReadOnlyList<GradeLimit> Limits { get; init; } = [];

    /// <summary>By grade.</summary>
    public IReadOnlyDictionary<string, SupervisionSetting> Supervision { get; init; } = new Dictionary<string, SupervisionSetting>();

    public IReadOnlyList<MeasureTrigger> Measures { get; init; } = [];

    /// <summary>Source of the rules, or that they are a proposal.</summary>
    public string? Basis { get; init; }
}

/// <summary>A grade and the least score it needs, in milli-points.</summary>
public sealed record GradeBand(string Grade, long MinMilli);

/// <summary>Supervision that goes with a grade (双随机、一公开).</summary>
/// <param name="InspectionPercent">Share drawn for inspection, 0 to 100.</param>
/// <param name="PerYear">Greatest number of inspections a year.</param>
public sealed record SupervisionSetting(decimal InspectionPercent, int PerYear);

/// <summary>
/// Which records a rule looks at: every key given must hold, a list means any of its values; null keys are not looked at.
/// </summary>
public sealed record RecordMatch
{
    public IReadOnlyList<string>? Kind { get; init; }

    public IReadOnlyList<string>? Source { get; init; }

    public IReadOnlyList<Records.Severity>? Severity { get; init; }

    public IReadOnlyList<string>? Level { get; init; }

    /// <summary>Inclusive bounds of the amount in millionths; a record without an amount does not match a bound.</summary>
    public long? AmountMinMicro { get; init; }

    public long? AmountMaxMicro { get; init; }
}

/// <summary>How long a record keeps its weight in a rule: it is over as soon as one of the given bounds is reached.</summary>
/// <param name="Days">Over at this age in days; null for no bound.</param>
/// <param name="Until">Over from the record's <c>until</c> date.</param>
/// <param name="Published">Over outside the record's publicity period.</param>
public sealed record Lifetime(int? Days, bool Until, bool Published)
{
    public static readonly Lifetime Unlimited = new(null, false, false);
}

/// <summary>One line of the evaluation: which records, how many points, how they fade and how they add up.</summary>
public sealed record Indicator
{
    public required string Id { get; init; }

    public LocalisedText? Label { get; init; }

    public required RecordMatch Match { get; init; }

    public long PointsMilli { get; init; }

    /// <summary>Extra points by level, added to <see cref="PointsMilli"/>.</summary>
    public IReadOnlyDictionary<string, long> LevelsMilli { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<PerUnit> Per { get; init; } = [];

    /// <summary>By age of the record, days ascending; empty means 100 % always. Before the first step the weight is 0.</summary>
    public IReadOnlyList<FadeStep> Fade { get; init; } = [];

    public Lifetime Lasts { get; init; } = Lifetime.Unlimited;

    /// <summary>Percent that still counts after repair, 0 to 100.</summary>
    public int RepairedPercent { get; init; }

    /// <summary>Of the matching records that take part, only those of the latest date.</summary>
    public bool OnlyLatest { get; init; }

    public Repeat? Repeat { get; init; }

    public long? FloorMilli { get; init; }

    public long? CeilingMilli { get; init; }

    public string? Basis { get; init; }
}

/// <summary>Extra points for every full unit of an amount or count.</summary>
/// <param name="Of"><c>amount</c>, or the name of a count.</param>
/// <param name="UnitMicro">The unit in millionths; more than 0.</param>
/// <param name="PointsMilli">Points for each full unit.</param>
/// <param name="LimitMilli">Bound away from zero, of the same sign as the points; null for none.</param>
public sealed record PerUnit(string Of, long UnitMicro, long PointsMilli, long? LimitMilli);

/// <summary>From this age in days the weight is this percent.</summary>
public sealed record FadeStep(int Days, int Percent);

/// <summary>From this many records with a non-zero weight, the sum is taken times this percent.</summary>
public sealed record Repeat(int From, int Percent);

/// <summary>A record that matches and lasts makes the grade no better than this.</summary>
public sealed record GradeLimit
{
    public required string Id { get; init; }

    public LocalisedText? Label { get; init; }

    public required RecordMatch Match { get; init; }

    public required string Grade { get; init; }

    public Lifetime Lasts { get; init; } = Lifetime.Unlimited;

    /// <summary>Percent that still counts after repair; anything above 0 keeps the limit.</summary>
    public int RepairedPercent { get; init; }

    public string? Basis { get; init; }
}

/// <summary>Puts a measure of the list in force: by grade, or by a record. Exactly one of the two is given.</summary>
public sealed record MeasureTrigger
{
    public required string Measure { get; init; }

    public IReadOnlyList<string>? GradeIn { get; init; }

    public RecordMatch? Record { get; init; }

    /// <summary>Further bounds on how long the record causes the measure, beside the record's own life.</summary>
    public Lifetime Lasts { get; init; } = Lifetime.Unlimited;
}
