namespace CreditGrains.Engine.Ingestion;

/// <summary>Bounds of one feed body.</summary>
public sealed record FeedOptions
{
    /// <summary>Form of the body.</summary>
    public FeedFormat Format { get; init; }

    /// <summary>Longest line in bytes; a longer one is rejected as <c>line-too-long</c> and skipped without being held in memory.</summary>
    public int LineBytesMax { get; init; } = 256 * 1024;

    /// <summary>Most bytes of a body after decompression.</summary>
    public long BodyBytesMax { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Least bytes a second of a body, over all the time that its sender has been waited for.</summary>
    public int BodyBytesPerSecondMin { get; init; } = 4096;

    /// <summary>How long a sender may be waited for besides, so that a short pause does no harm.</summary>
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a sender is waited for in all, however much it sends; what the store takes does not count.</summary>
    public TimeSpan BodyWaitMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Lines judged and committed together.</summary>
    public int BatchLinesMax { get; init; } = 1000;

    /// <summary>Most lines listed in the answer.</summary>
    public int ReportedLinesMax { get; init; } = 10_000;

    /// <summary>List accepted lines too.</summary>
    public bool AllLines { get; init; }

    /// <summary>The quarantine's line that is sent again by its number: its sender closes it, not the feed.</summary>
    public long? Resubmits { get; init; }

    /// <summary>Simulators put in marks that no case has made; from outside, a feed as the platform is refused.</summary>
    internal bool MayBePlatform { get; init; }
}
