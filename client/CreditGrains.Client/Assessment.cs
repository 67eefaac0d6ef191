namespace CreditGrains.Client;

/// <summary>The result for one subject on one date under one policy version, with every record behind it.</summary>
public sealed record Assessment
{
    public string Subject { get; init; } = "";

    public string? Name { get; init; }

    public DateOnly AsOf { get; init; }

    public PolicyReference? Policy { get; init; }

    public string Token { get; init; } = "";

    /// <summary>False: no score, grade null.</summary>
    public bool Rated { get; init; }

    /// <summary>Decimal string with three places; null when not rated.</summary>
    public string? Score { get; init; }

    public string? Grade { get; init; }

    public Supervision? Supervision { get; init; }

    /// <summary>Earliest date on which something can change with no new event; null for never.</summary>
    public DateOnly? NextChange { get; init; }

    public IReadOnlyList<IndicatorSum> Indicators { get; init; } = [];

    public IReadOnlyList<LimitInForce> Limits { get; init; } = [];

    public IReadOnlyList<MeasureInForce> Measures { get; init; } = [];
}

/// <summary>A policy and its version.</summary>
public sealed record PolicyReference(string Id, string Version);

/// <summary>What a grade means for inspectors: share of such subjects drawn, and inspections a year.</summary>
public sealed record Supervision(int? InspectionPercent, decimal? PerYear);

/// <summary>One indicator with the records that contribute to it; points are decimal strings with three places.</summary>
public sealed record IndicatorSum(string Id, string? Label, string Sum, IReadOnlyList<RecordContribution>? Records);

/// <summary>What one record adds: points times weight, truncated toward zero to a thousandth.</summary>
public sealed record RecordContribution(string Source, string Id, string Points, string WeightPercent, string Contribution);

/// <summary>A limit that makes the grade no better than its own, and the records that cause it.</summary>
public sealed record LimitInForce(string Id, string Grade, IReadOnlyList<RecordReference>? Records);

/// <summary>A record by its source and the source's id.</summary>
public sealed record RecordReference(string Source, string Id);

/// <summary>An entry of the measure list in force, with its cause and basis.</summary>
/// <param name="Measure">The entry.</param>
/// <param name="Class"><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</param>
/// <param name="Basis">The legal basis.</param>
/// <param name="Cause">The record that causes it; null for a grade.</param>
/// <param name="From">First day.</param>
/// <param name="Until">Day on which it ends; null when open.</param>
public sealed record MeasureInForce(string Measure, string? Class, string? Basis, RecordReference? Cause, DateOnly? From, DateOnly? Until);
