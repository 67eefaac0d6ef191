using CreditGrains.Engine.Feeds;

namespace CreditGrains.Api;

/// <summary>How the HTTP interface is run.</summary>
public sealed record ApiOptions
{
    /// <summary>Holds the development issuer's key.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>An OpenID Connect issuer whose tokens are accepted; null accepts those of the development issuer instead.</summary>
    public string? Issuer { get; init; }

    /// <summary>The audience that tokens of <see cref="Issuer"/> must name.</summary>
    public string? Audience { get; init; }

    /// <summary>Bounds of feed bodies.</summary>
    public FeedOptions Feed { get; init; } = new();

    /// <summary>Feeds taken in at once; one more is answered <c>too-many-requests</c>.</summary>
    public int ConcurrentFeedsMax { get; init; } = 32;

    /// <summary>
    /// Requests of one client, by name or else by address, that this node answers in one window; beyond, <c>too-many-requests</c>. The
    /// default is more than one client of a small machine can send; 0 for any number.
    /// </summary>
    public int ClientRequestsMax { get; init; } = 1_000_000;

    /// <summary>Length of that window.</summary>
    public TimeSpan ClientWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Validated tokens remembered until they expire.</summary>
    public int RememberedTokensMax { get; init; } = 10_000;

    /// <summary>Longest wait of a list for its rows to be written back, in milliseconds.</summary>
    public int ListWaitMsMax { get; init; } = 5000;

    /// <summary>Streams of changes open at once on this node; one more is answered <c>too-many-requests</c>.</summary>
    public int ChangeStreamsMax { get; init; } = 1000;

    /// <summary>A policy that puts more than this share of the subjects down a grade is activated only with a confirmation.</summary>
    public decimal DowngradePercentMax { get; init; } = 5;

    /// <summary>
    /// Longest wait of a request for its simulation or its inspection plan, in milliseconds; beyond, it is answered with a run to ask for.
    /// </summary>
    public int SimulationWaitMsMax { get; init; } = 3000;

    /// <summary>The public key that verifies the summaries of recomputation runs, as PEM; null where they are not signed.</summary>
    public string? SummaryPublicKey { get; init; }
}
