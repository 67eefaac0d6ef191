using System.Text.Json.Serialization;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Api.Subscriptions;

/// <summary>Request for a subscription: events wanted, and the receiver's address.</summary>
/// <param name="Url">Where changes are posted: https, outside the platform's own networks.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c> for all; left out for grades and steps of cases.</param>
/// <param name="Subjects">Codes of organisations, at most 500; left out for all.</param>
/// <param name="Grades">Grades that are come into or left; left out for all.</param>
/// <param name="After">After a cursor, an instant with offset, or <c>now</c>, which is meant when it is left out.</param>
/// <param name="Purpose">Purpose; written to the access log of each organisation whose changes are sent.</param>
public sealed record SubscriptionBody(
    string Url, IReadOnlyList<string>? Types = null, IReadOnlyList<string>? Subjects = null, IReadOnlyList<string>? Grades = null,
    string? After = null, string? Purpose = null);

/// <summary>From where to send again.</summary>
/// <param name="After">After a cursor or an instant with offset; left out to go on where it stopped.</param>
public sealed record ReplayBody(string? After = null);

/// <summary>A new secret.</summary>
/// <param name="OverlapHours">How long the former secret signs beside it, 0 to 168 hours; left out for 24.</param>
public sealed record RotationBody(int? OverlapHours = null);

/// <summary>The subscriptions that there are.</summary>
public sealed record SubscriptionPage(IReadOnlyList<SubscriptionResponse> Items);

/// <summary>A subscription, and how it stands.</summary>
public sealed record SubscriptionResponse
{
    public required string Id { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<string> Types { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public required IReadOnlyList<string> Grades { get; init; }

    public required string Actor { get; init; }

    public required string Purpose { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>active</c>, <c>failing</c> (it is tried again) or <c>paused</c> (given up, or held by a person).</summary>
    public required string State { get; init; }

    /// <summary>The receiver has what it wants of everything up to here.</summary>
    public required string Cursor { get; init; }

    /// <summary>Changes, wanted or not, that it has not passed yet.</summary>
    public required long Lag { get; init; }

    /// <summary>Changes that the receiver has taken.</summary>
    public required long Delivered { get; init; }

    public required DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Attempts that have failed one after the other.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset? FailingSince { get; init; }

    public required DateTimeOffset? NextAttemptAt { get; init; }

    public required string? LastError { get; init; }

    public required DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Until when the former secret signs beside the present one; left out where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FormerSecretUntil { get; init; }

    /// <summary>Key of the signatures; told once, in the answer that makes the subscription.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    internal static SubscriptionResponse Of(SubscriptionStatus status)
    {
        var (subscription, progress, lag) = status;
        return new SubscriptionResponse
        {
            Id = subscription.Id,
            Url = subscription.Url,
            Types = subscription.Types,
            Subjects = subscription.Subjects,
            Grades = subscription.Grades,
            Actor = subscription.Actor,
            Purpose = subscription.Purpose,
            CreatedAt = subscription.CreatedAt,
            FormerSecretUntil = subscription.FormerUntil,
            State = progress.State.ToString().ToLowerInvariant(),
            Cursor = progress.After,
            Lag = lag,
            Delivered = progress.Delivered,
            LastDeliveryAt = progress.LastDeliveryAt,
            Attempts = progress.Attempts,
            FailingSince = progress.FailingSince,
            NextAttemptAt = progress.NextAttemptAt,
            LastError = progress.LastError,
            LastErrorAt = progress.LastErrorAt,
        };
    }
}
