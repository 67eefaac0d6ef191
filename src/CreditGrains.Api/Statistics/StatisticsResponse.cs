namespace CreditGrains.Api.Statistics;

/// <summary>Figures of days, as they were counted beforehand.</summary>
public sealed record StatisticsResponse
{
    /// <summary><c>grades</c>, <c>reporting</c>, <c>checks</c>, <c>feedback</c> or <c>visits</c>.</summary>
    public required string Figure { get; init; }

    /// <summary><c>day</c>, <c>region</c>, <c>department</c>, <c>matter</c> or <c>page</c>.</summary>
    public required string By { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>When grades and records were counted last; null while that has not happened yet.</summary>
    public required DateTimeOffset? CountedAt { get; init; }

    /// <summary>By day in order, else the greatest part first; at most 400.</summary>
    public required IReadOnlyList<StatisticsItem> Items { get; init; }
}

/// <summary>The counts of one day or part.</summary>
/// <param name="Day">The day; null of a part.</param>
/// <param name="Name">The part, empty where records name none, <c>*</c> for all beyond the 300 that are counted each for itself; null of a
/// day.</param>
/// <param name="Counts">Organisations by grade, <c>-</c> for unrated; or records by <c>in-time</c>, <c>late</c>, <c>no-deadline</c>,
/// <c>amendment</c>; checks by outcome; measures by <c>due</c>, <c>in-time</c>, <c>late</c>; cases by
/// <c>objections</c>, <c>published</c> records, <c>repairs-decided</c>, <c>repairs-first-pass</c>, <c>repair-days</c>; or
/// <c>pages</c>.</param>
/// <param name="Rate">Of feedback: in percent with one place, how many of the measures were fed back; null where none was due.
/// Of cases: objections by ten thousand published records with two places; null where none is published.</param>
public sealed record StatisticsItem(DateOnly? Day, string? Name, IReadOnlyDictionary<string, long> Counts, string? Rate = null);
