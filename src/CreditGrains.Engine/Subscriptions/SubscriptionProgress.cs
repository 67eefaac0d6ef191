using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>How far a subscription's sender is: what it keeps, so that whoever goes on after it loses nothing.</summary>
public sealed record SubscriptionProgress
{
    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>The subscription's turn that it belongs to.</summary>
    public required int Turn { get; init; }

    /// <summary>1, 2, 3, … with everything that is kept: of two, the one with the higher number is newer.</summary>
    public long Number { get; init; }

    /// <summary>Everything up to this cursor was taken by the receiver, or not wanted.</summary>
    public required string After { get; init; }

    /// <summary>Changes that the receiver has taken.</summary>
    public long Delivered { get; init; }

    /// <summary>Attempts that have failed one after the other; 0 while all is well.</summary>
    public int Attempts { get; init; }

    /// <summary>Since when the receiver fails; null while all is well.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it is tried again; null while all is well, and when it was given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the receiver last took a change.</summary>
    public DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Result of the last failed attempt.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Given up: nothing is sent until a replay is asked for.</summary>
    public bool IsPaused { get; init; }

    /// <summary>In a word.</summary>
    [JsonIgnore]
    public SubscriptionState State =>
        IsPaused ? SubscriptionState.Paused : Attempts > 0 ? SubscriptionState.Failing : SubscriptionState.Active;

    /// <summary>A turn at its beginning.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="kept">Progress kept in its slot: of the turn before, or of a subscription that had the slot; null for none.</param>
    internal static SubscriptionProgress AtStart(Subscription subscription, SubscriptionProgress? kept)
    {
        var before = kept?.Subscription == subscription.Id ? kept : null;
        return new()
        {
            Subscription = subscription.Id,
            Turn = subscription.Turn,
            Number = kept?.Number ?? 0,
            After = subscription.From,
            Delivered = before?.Delivered ?? 0,
            LastDeliveryAt = before?.LastDeliveryAt,
        };
    }

    internal static SubscriptionProgress FromJson(string json) =>
        JsonSerializer.Deserialize(json, SubscriptionJson.Default.SubscriptionProgress)
            ?? throw new InvalidDataException("This is not the progress of a subscription.");

    internal string ToJson() => JsonSerializer.Serialize(this, SubscriptionJson.Default.SubscriptionProgress);
}

/// <summary>How a subscription stands.</summary>
public enum SubscriptionState
{
    /// <summary>The receiver takes what it is sent.</summary>
    Active,

    /// <summary>The last attempt failed; it is tried again.</summary>
    Failing,

    /// <summary>
    /// The receiver has failed for too long, or has answered that it is gone; nothing is sent until a replay is asked for.
    /// </summary>
    Paused,
}
