namespace CreditGrains.Client;

/// <summary>The answer to one feed.</summary>
public sealed record FeedReceipt
{
    /// <summary>A read at least as new as this (<see cref="Consistency.AtLeast"/>) reflects every accepted line.</summary>
    public string Token { get; init; } = "";

    public long Accepted { get; init; }

    public long Duplicate { get; init; }

    public long Stale { get; init; }

    public long Rejected { get; init; }

    /// <summary>The lines that were not accepted or have warnings; all lines where all were asked for.</summary>
    public IReadOnlyList<FeedLine> Lines { get; init; } = [];

    /// <summary>True when more lines would have been listed.</summary>
    public bool Partial { get; init; }
}

/// <summary>Outcome of one line.</summary>
/// <param name="Line">1-based number within the body.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Revision">The revision, where it could be read.</param>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c>, <c>stale</c> or <c>rejected</c>.</param>
/// <param name="Code">Why it was rejected: a code of the error catalogue.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
public sealed record FeedLine(long Line, string? Id, int? Revision, string Outcome, string? Code, string? Detail, string? Pointer)
{
    /// <summary>Warnings though the line is not rejected; null for none.</summary>
    public IReadOnlyList<FeedWarning>? Warnings { get; init; }
}

/// <summary>A doubt about a line that is not rejected for it.</summary>
/// <param name="Code">Code of the error catalogue.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
public sealed record FeedWarning(string Code, string Detail, string Pointer);
