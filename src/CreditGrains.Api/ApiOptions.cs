using CreditGrains.Engine.Feeds;

namespace CreditGrains.Api;

/// <summary>How the HTTP interface is run.</summary>
public sealed record ApiOptions
{
    /// <summary>Holds the keys of cursors and of the development issuer.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>An OpenID Connect issuer whose tokens are accepted; null accepts those of the development issuer instead.</summary>
    public string? Issuer { get; init; }

    /// <summary>The audience that tokens of <see cref="Issuer"/> must name.</summary>
    public string? Audience { get; init; }

    /// <summary>Bounds of feed bodies.</summary>
    public FeedOptions Feed { get; init; } = new();

    /// <summary>Feeds taken in at once; one more is answered <c>too-many-requests</c>.</summary>
    public int ConcurrentFeedsMax { get; init; } = 32;

    /// <summary>Validated tokens remembered until they expire.</summary>
    public int RememberedTokensMax { get; init; } = 10_000;

    /// <summary>Longest wait of a list for its rows to be written back, in milliseconds.</summary>
    public int ListWaitMsMax { get; init; } = 5000;
}
