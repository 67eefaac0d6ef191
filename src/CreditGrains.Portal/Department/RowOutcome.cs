using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Outcome of one row of an uploaded file.</summary>
/// <param name="Row">1-based row in the file.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c>, <c>stale</c> or <c>rejected</c>.</param>
/// <param name="Code">Why it was rejected; null otherwise.</param>
/// <param name="Detail">The same in words; null otherwise.</param>
/// <param name="Warnings">Doubts about a row that is not rejected for them; null for none.</param>
public sealed record RowOutcome(long Row, string? Id, string Outcome, string? Code, Text? Detail, IReadOnlyList<Text>? Warnings)
{
    /// <summary>The row was refused before it was sent and is in no quarantine.</summary>
    public bool IsRefused { get; init; }
}
