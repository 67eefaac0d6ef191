namespace CreditGrains.Api.Cases;

/// <summary>
/// Records that can be repaired, from when, and the conditions that are missing: of every record that may be at all, newest first.
/// </summary>
/// <param name="Subject">The organisation.</param>
/// <param name="AsOf">On that day.</param>
/// <param name="BannedUntil">After false materials: the first day on which it may apply again; null where it may.</param>
/// <param name="Where">Where it applies, in words of the rulebook, in the caller's language; null where the rulebook does not say.</param>
/// <param name="Items">The records.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
/// <param name="Token">Reads with it reflect at least this.</param>
public sealed record RepairabilityPage(
    string Subject, DateOnly AsOf, DateOnly? BannedUntil, string? Where,
    IReadOnlyList<RepairabilityResponse> Items, string? Next, string Token);

/// <summary>One record.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Tier"><c>minor</c>, <c>general</c> or <c>serious</c>; null for none.</param>
/// <param name="PublicityFrom">First day of its publicity; null where it awaits verification, or has no date.</param>
/// <param name="PublicityUntil">First day on which it is not shown any longer by itself; null for none.</param>
/// <param name="Earliest">First day on which it can be repaired; null for any.</param>
/// <param name="Eligible">Whether an application would be taken today.</param>
/// <param name="Missing"><c>minimum-period</c>, <c>already-repaired</c>, <c>application-running</c>, <c>banned</c>.</param>
/// <param name="RepairedBy">The case that has repaired it; null for none.</param>
/// <param name="RunningCase">The application that runs; null for none.</param>
/// <param name="Basis">Law and article of the periods under which it was decided; null for none.</param>
public sealed record RepairabilityResponse(
    CaseRecordBody Record, string Kind, string? Tier, DateOnly? PublicityFrom, DateOnly? PublicityUntil, DateOnly? Earliest, bool Eligible,
    IReadOnlyList<string> Missing, string? RepairedBy, string? RunningCase,
    string? Basis);
