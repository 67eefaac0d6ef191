namespace CreditGrains.Api.Cases;

/// <summary>
/// Records that can be repaired, from when, and the conditions that are missing: of every record that may be at all, newest first.
/// </summary>
public sealed record RepairabilityPage(
    string Subject, DateOnly AsOf, IReadOnlyList<RepairabilityResponse> Items, string? Next, string Token);

/// <summary>One record.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Tier"><c>minor</c>, <c>general</c> or <c>serious</c>; null for none.</param>
/// <param name="PublicityFrom">First day of its publicity; null where it awaits verification, or has no date.</param>
/// <param name="PublicityUntil">First day on which it is not shown any longer by itself; null for none.</param>
/// <param name="Earliest">First day on which it can be repaired; null for any.</param>
/// <param name="Eligible">Whether an application would be taken today.</param>
/// <param name="Missing"><c>minimum-period</c>, <c>already-repaired</c>, <c>application-running</c>.</param>
/// <param name="RepairedBy">The case that has repaired it; null for none.</param>
/// <param name="RunningCase">The application that runs; null for none.</param>
/// <param name="Basis">Law and article of the periods under which it was decided; null for none.</param>
public sealed record RepairabilityResponse(
    CaseRecordBody Record, string Kind, string? Tier, DateOnly? PublicityFrom, DateOnly? PublicityUntil, DateOnly? Earliest, bool Eligible,
    IReadOnlyList<string> Missing, string? RepairedBy, string? RunningCase,
    string? Basis);
