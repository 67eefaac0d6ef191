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

/// <summary>Supervision that goes with a grade: share of such subjects drawn, and inspections a year.</summary>
public sealed record Supervision(int? InspectionPercent, decimal? PerYear);

/// <summary>One indicator with the records that contribute to it; points are decimal strings with three places.</summary>
public sealed record IndicatorSum(string Id, string? Label, string Sum, IReadOnlyList<RecordContribution>? Records);

/// <summary>Contribution of one record: points times weight, truncated toward zero to a thousandth.</summary>
public sealed record RecordContribution(
    string Source, string Id, string? Kind, DateOnly? Date, string Points, string WeightPercent, string Contribution, DateOnly? NextChange,
    bool Disputed, bool Repaired);

/// <summary>A limit that makes the grade no better than its own, and the records that cause it.</summary>
public sealed record LimitInForce(
    string Id, string? Label, string Grade, bool Binding, DateOnly? Until, IReadOnlyList<RecordReference>? Records);

/// <summary>A record by its source and the source's id.</summary>
public sealed record RecordReference(string Source, string Id);

/// <summary>The assessment in words: what counted, why, until when, and what would change it.</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="AsOf">Legal date.</param>
/// <param name="Language">Of the lines.</param>
/// <param name="Lines">Plain text.</param>
/// <param name="Token">Token of the position that the answer reflects.</param>
public sealed record Explanation(string Subject, DateOnly AsOf, string Language, IReadOnlyList<string> Lines, string Token);

/// <summary>An entry of the measure list in force, bound to the record or grade that causes it.</summary>
/// <param name="Measure">The entry.</param>
/// <param name="Title">Its title.</param>
/// <param name="Class"><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</param>
/// <param name="Mandatory">Whether the implementer has no choice.</param>
/// <param name="Basis">The legal basis.</param>
/// <param name="Implementer">Authority that applies it.</param>
/// <param name="Cause">The record that causes it; null for a grade.</param>
/// <param name="CauseGrade">The grade that causes it; null for a record.</param>
/// <param name="From">First day.</param>
/// <param name="Until">Day on which it ends; null when open.</param>
public sealed record MeasureInForce(
    string Measure, string? Title, string? Class, bool Mandatory, string? Basis, string? Implementer, RecordReference? Cause,
    string? CauseGrade, DateOnly? From, DateOnly? Until);
