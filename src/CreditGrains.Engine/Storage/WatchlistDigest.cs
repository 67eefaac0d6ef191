namespace CreditGrains.Engine.Storage;

/// <summary>Changes of one legal day for one watchlist, as kept.</summary>
public sealed record WatchlistDigest
{
    /// <summary>Id of the watchlist.</summary>
    public required string Watchlist { get; init; }

    /// <summary>The legal day.</summary>
    public required DateOnly Day { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>JSON: number of changes by type.</summary>
    public required string Counts { get; init; }

    /// <summary>The document, in JSON; null in lists, which do not read it.</summary>
    public string? Content { get; init; }

    /// <summary>How its delivery stands; null where it is delivered to nobody.</summary>
    public WatchlistDelivery? Delivery { get; init; }
}

/// <summary>Delivery of a digest over a subscription.</summary>
/// <param name="Subscription">Over which.</param>
/// <param name="Attempts">Attempts that have failed.</param>
/// <param name="NextAt">When it is tried; null once it is delivered or given up.</param>
/// <param name="DeliveredAt">When the receiver took it; null before.</param>
/// <param name="Error">Result of the last failed attempt; null for none.</param>
public sealed record WatchlistDelivery(
    string Subscription, int Attempts, DateTimeOffset? NextAt, DateTimeOffset? DeliveredAt = null, string? Error = null);
