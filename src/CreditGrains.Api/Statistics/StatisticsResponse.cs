namespace CreditGrains.Api.Statistics;

/// <summary>Figures of days, as they were counted beforehand.</summary>
public sealed record StatisticsResponse
{
    /// <summary><c>grades</c>, <c>reporting</c> or <c>visits</c>.</summary>
    public required string Figure { get; init; }

    /// <summary><c>day</c>, <c>region</c>, <c>department</c> or <c>page</c>.</summary>
    public required string By { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>When figures were counted last; null while that has not happened yet.</summary>
    public required DateTimeOffset? CountedAt { get; init; }

    /// <summary>By day in order, else the greatest part first; at most 400.</summary>
    public required IReadOnlyList<StatisticsItem> Items { get; init; }
}

/// <summary>The counts of one day or part.</summary>
/// <param name="Day">The day; null of a part.</param>
/// <param name="Name">The part, empty where records name none, <c>*</c> for all beyond the 300 that are counted each for itself; null of a
/// day.</param>
/// <param name="Counts">Organisations by grade, <c>-</c> for unrated; or records by <c>in-time</c>, <c>late</c>, <c>no-deadline</c>,
/// <c>amendment</c>; or <c>pages</c>.</param>
public sealed record StatisticsItem(DateOnly? Day, string? Name, IReadOnlyDictionary<string, long> Counts);
