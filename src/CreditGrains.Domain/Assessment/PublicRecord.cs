using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>A record that the public may see on a date.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Revision">Newest revision known.</param>
/// <param name="Date">Facet date, from which it is published.</param>
/// <param name="Until">End of validity of what it says; null for none.</param>
/// <param name="PublicUntil">First day on which it is not published any longer by itself; null for never.</param>
/// <param name="Severity">Its tier.</param>
/// <param name="Level">Its level.</param>
/// <param name="Disputed">An objection is open: shown with that mark wherever it is shown.</param>
public sealed record PublicRecord(
    RecordId Record, string Kind, int Revision, DateOnly? Date, DateOnly? Until, DateOnly? PublicUntil, Severity Severity, string? Level,
    bool Disputed)
{
    /// <summary>First day on which a repair has effect by the clocks of the rules; null where its tier has no shortest period.</summary>
    public DateOnly? RepairableFrom { get; init; }

    /// <summary>First day of its publicity; null where it has no date, or awaits its verification.</summary>
    public DateOnly? PublicFrom { get; init; }

    /// <summary>Law and article of the period under which it was decided; null where it has none.</summary>
    public string? PublicityBasis { get; init; }
}
