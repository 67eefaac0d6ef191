using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Feeds;

/// <summary>An event, or why the line is refused; id and revision are given wherever they could be read.</summary>
public readonly record struct EventReadResult(RecordEvent? Event, Rejection? Rejection, string? Id, int? Revision)
{
    /// <summary>Warnings about a good line: code, pointer; null for none, as with nearly every line.</summary>
    public IReadOnlyList<Rejection>? Warnings { get; init; }
}
