using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Ingestion;

/// <summary>The answer to one feed.</summary>
public sealed record FeedReceipt
{
    /// <summary>A read at least as new as this reflects every accepted line.</summary>
    public required Token Token { get; init; }

    public long Accepted { get; init; }

    public long Duplicate { get; init; }

    public long Stale { get; init; }

    public long Rejected { get; init; }

    /// <summary>Of <see cref="Rejected"/>, lines by code of the error catalogue.</summary>
    public IReadOnlyDictionary<string, long> Codes { get; init; } = new Dictionary<string, long>();

    /// <summary>How old first revisions were when they came.</summary>
    public FeedDelays Delays { get; init; }

    /// <summary>The lines asked for, in order; at most <see cref="FeedOptions.ReportedLinesMax"/>.</summary>
    public required IReadOnlyList<LineOutcome> Lines { get; init; }

    /// <summary>True when more lines would have been listed.</summary>
    public bool Partial { get; init; }
}
