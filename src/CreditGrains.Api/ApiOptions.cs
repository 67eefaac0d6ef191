using System.Net;
using CreditGrains.Engine.Ingestion;

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

    /// <summary>
    /// Header <c>typ</c> of tokens of <see cref="Issuer"/> that are accepted, such as <c>at+jwt</c> (RFC 9068): an identity token is none.
    /// Empty accepts any, since common issuers say none.
    /// </summary>
    public IReadOnlyList<string> TokenTypes { get; init; } = [];

    /// <summary>
    /// Networks that operators work from: a request of role <c>operator</c> from elsewhere is refused, here and in the portal. Empty for
    /// anywhere.
    /// </summary>
    public IReadOnlyList<IPNetwork> OperatorNetworks { get; init; } = [];

    /// <summary>
    /// Tokens that were issued before this instant, or do not say when, are refused, and sessions that began before it end: for a token
    /// that has leaked. Null accepts them as long as they hold.
    /// </summary>
    public DateTimeOffset? TokensFrom { get; init; }

    /// <summary>
    /// The clock that tokens are judged by; null for the server's. One that stands elsewhere, for training, is not the issuer's.
    /// </summary>
    public TimeProvider? TokenTime { get; init; }

    /// <summary>Where clients reach this node, behind a proxy for instance; null for the address that it listens on.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>The host name or address of this node, where it listens on all interfaces.</summary>
    public string NodeHost { get; init; } = "127.0.0.1";

    /// <summary>Bounds of feed bodies.</summary>
    public FeedOptions Feed { get; init; } = new();

    /// <summary>Feeds taken in at once; one more is answered <c>overloaded</c>.</summary>
    public int ConcurrentFeedsMax { get; init; } = 32;

    /// <summary>Of these for one source; one more is answered <c>too-many-requests</c>.</summary>
    public int FeedsPerSourceMax { get; init; } = 8;

    /// <summary>How long a feed that has begun may go on once the node is asked to stop, in milliseconds.</summary>
    public int FeedStopMsMax { get; init; } = 2000;

    /// <summary>Requests at once that go through the whole journal; others wait, and one caller has one at a time.</summary>
    public int JournalReadsMax { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Searches and histories at once; others wait.</summary>
    public int ListReadsMax { get; init; } = 32;

    /// <summary>Of these for one caller.</summary>
    public int ListReadsPerCallerMax { get; init; } = 8;

    /// <summary>Assessments and explanations that are made or sent at once; others wait.</summary>
    public int AssessmentsMax { get; init; } = 64;

    /// <summary>Of these for one caller.</summary>
    public int AssessmentsPerCallerMax { get; init; } = 16;

    /// <summary>Credit reports that are made at once; others wait.</summary>
    public int ReportsMax { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Credit reports that one client, by name or else by address, is made in one window; 0 for any number.</summary>
    public int ReportsPerClientMax { get; init; } = 60;

    /// <summary>Length of that window.</summary>
    public TimeSpan ReportWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for a place among the requests of these kinds, in milliseconds.</summary>
    public int CapacityWaitMsMax { get; init; } = 10_000;

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

    /// <summary>Streams of changes open at once on this node; one more is answered <c>overloaded</c>.</summary>
    public int ChangeStreamsMax { get; init; } = 1000;

    /// <summary>Of these for one caller; one more is answered <c>too-many-requests</c>.</summary>
    public int ChangeStreamsPerCallerMax { get; init; } = 100;

    /// <summary>A policy that puts more than this share of the subjects down a grade is activated only with a confirmation.</summary>
    public decimal DowngradePercentMax { get; init; } = 5;

    /// <summary>
    /// Longest wait of a request for its simulation or its inspection plan, in milliseconds; beyond, it is answered with a run to ask for.
    /// </summary>
    public int SimulationWaitMsMax { get; init; } = 3000;
}
