using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Assessment;

/// <summary>The result (评价结果) for one subject on one date under one policy version, with all it rests on.</summary>
public sealed record SubjectAssessment
{
    public required SubjectId Subject { get; init; }

    public SubjectDescription? Description { get; init; }

    public required DateOnly AsOf { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>False when the policy asks for a record (registration) that the subject does not have: no score, no grade.</summary>
    public required bool Rated { get; init; }

    public long? ScoreMilli { get; init; }

    public string? Grade { get; init; }

    public SupervisionSetting? Supervision { get; init; }

    /// <summary>The earliest later date on which any of this changes with no new event; null for never. Exact.</summary>
    public DateOnly? NextChange { get; init; }

    /// <summary>Every indicator of the policy, in its order.</summary>
    public required IReadOnlyList<IndicatorResult> Indicators { get; init; }

    /// <summary>Limits with a record that matches and lasts.</summary>
    public required IReadOnlyList<LimitResult> Limits { get; init; }

    public required IReadOnlyList<MeasureInForce> Measures { get; init; }

    /// <summary>Whether <see cref="Measures"/> names only the oldest of a measure's causes.</summary>
    public bool MeasuresTruncated { get; init; }
}

/// <summary>One indicator's sum in milli-points and the records behind it, oldest first.</summary>
/// <param name="Indicator">The policy's line.</param>
/// <param name="SumMilli">Of all records.</param>
/// <param name="Records">The oldest of the records, or those after a place.</param>
/// <param name="RecordsTotal">How many records there are.</param>
public sealed record IndicatorResult(
    Indicator Indicator, Int128 SumMilli, IReadOnlyList<RecordContribution> Records, int RecordsTotal);

/// <summary>Contribution of one record to one indicator.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Date">Its date.</param>
/// <param name="PointsMilli">Before weight.</param>
/// <param name="Weight">In hundredths of a percent, 0 to 10,000.</param>
/// <param name="ContributionMilli">Points times weight, truncated toward zero.</param>
/// <param name="NextChange">First later date on which its weight changes by itself; null for never.</param>
/// <param name="Disputed">An objection is open.</param>
/// <param name="Repaired">The record has been repaired, or is as if repaired while a court's plan runs.</param>
public sealed record RecordContribution(
    RecordId Record, string Kind, DateOnly? Date, Int128 PointsMilli, int Weight, Int128 ContributionMilli, DateOnly? NextChange,
    bool Disputed, bool Repaired)
{
    /// <summary>Of a repaired one: a court's plan runs, and it holds again should the plan fail.</summary>
    public bool IsUnderPlan { get; init; }
}

/// <summary>A limit in force.</summary>
/// <param name="Limit">The policy's line.</param>
/// <param name="Binding">Whether the score alone would have given a better grade.</param>
/// <param name="Records">The records that hold it: the oldest, by source and id.</param>
/// <param name="RecordsTotal">How many records hold it.</param>
/// <param name="Until">First later date on which this changes by itself; null for never.</param>
public sealed record LimitResult(
    GradeLimit Limit, bool Binding, IReadOnlyList<RecordId> Records, int RecordsTotal, DateOnly? Until);

/// <summary>A measure in force, bound to its cause: a record, or for non-restraints a grade.</summary>
/// <param name="Measure">The entry of the measure list.</param>
/// <param name="Cause">The record that causes it; null when the grade does.</param>
/// <param name="CauseGrade">The grade that causes it; null when a record does.</param>
/// <param name="From">The cause's date; null for grades.</param>
/// <param name="Until">First date on which it ends by itself; null when no date is set.</param>
public sealed record MeasureInForce(Measure Measure, RecordId? Cause, string? CauseGrade, DateOnly? From, DateOnly? Until);
