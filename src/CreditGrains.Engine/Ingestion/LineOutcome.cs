using CreditGrains.Domain.Errors;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Outcome of one line of a feed.</summary>
/// <param name="Line">1-based line (or array element) number within the body.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Revision">The revision, where it could be read.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Rejection">Why it was rejected; null otherwise.</param>
public sealed record LineOutcome(long Line, string? Id, int? Revision, FeedOutcome Outcome, Rejection? Rejection)
{
    /// <summary>Warnings about a good line; null for none.</summary>
    public IReadOnlyList<Rejection>? Warnings { get; init; }
}

/// <summary>Outcome of one line (semantics, section 4).</summary>
public enum FeedOutcome : byte
{
    Accepted,

    /// <summary>Same revision, same content: no effect.</summary>
    Duplicate,

    /// <summary>A higher revision is known: no effect.</summary>
    Stale,

    Rejected,
}
