using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>One record of a subject as it stands on a date: its newest revision and its marks.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Revision">Newest revision known.</param>
/// <param name="Date">Facet date.</param>
/// <param name="Until">End of validity.</param>
/// <param name="Severity">Its tier.</param>
/// <param name="Level">Its level.</param>
/// <param name="Withdrawn">The source took it back.</param>
/// <param name="Disputed">An objection is open.</param>
/// <param name="Suspended">The objection's handler keeps it out of everything until the outcome.</param>
/// <param name="Repaired">The record has been repaired, or is as if repaired (<see cref="IsUnderPlan"/>).</param>
public sealed record RecordStatus(
    RecordId Record, string Kind, int Revision, DateOnly? Date, DateOnly? Until, Severity Severity, string? Level,
    bool Withdrawn, bool Disputed, bool Suspended, bool Repaired)
{
    /// <summary>A court's plan runs, for which it is as if repaired; it holds again should the plan fail.</summary>
    public bool IsUnderPlan { get; init; }

    /// <summary>The public may see it on the date.</summary>
    public bool IsPublic { get; init; }

    /// <summary>First day on which it is not published any longer by itself; null for never.</summary>
    public DateOnly? PublicUntil { get; init; }

    /// <summary>First day on which a repair of it has effect; null where its tier has no shortest period.</summary>
    public DateOnly? RepairableFrom { get; init; }

    /// <summary>First day of its publicity; null where it has no date, or awaits its verification.</summary>
    public DateOnly? PublicFrom { get; init; }

    /// <summary>Law and article of the period under which it was decided; null where it has none.</summary>
    public string? PublicityBasis { get; init; }
}
