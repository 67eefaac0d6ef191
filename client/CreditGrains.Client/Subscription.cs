namespace CreditGrains.Client;

/// <summary>The subscriptions that there are.</summary>
public sealed record SubscriptionPage(IReadOnlyList<Subscription> Items);

/// <summary>A subscription to changes, and how it stands.</summary>
public sealed record Subscription
{
    public string Id { get; init; } = "";

    /// <summary>Where changes are posted.</summary>
    public string Url { get; init; } = "";

    /// <summary>Types of CloudEvents; none for grades and steps of cases.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public IReadOnlyList<string> Subjects { get; init; } = [];

    public IReadOnlyList<string> Grades { get; init; } = [];

    public string Actor { get; init; } = "";

    public string Purpose { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>active</c>, <c>failing</c> or <c>paused</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>The receiver has what it wants of everything up to here.</summary>
    public string Cursor { get; init; } = "";

    public long Lag { get; init; }

    public long Delivered { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Until when the former secret signs beside the present one; null for none.</summary>
    public DateTimeOffset? FormerSecretUntil { get; init; }

    /// <summary>Key of the signatures; told once, by the call that makes it.</summary>
    public string? Secret { get; init; }
}

/// <summary>A request for a subscription; what is null is left to the server.</summary>
/// <param name="Url">Where changes are posted.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c>.</param>
/// <param name="Subjects">Codes of organisations.</param>
/// <param name="Grades">Grades that are come into or left.</param>
/// <param name="After">A cursor, an instant with offset, or <c>now</c>.</param>
/// <param name="Purpose">Purpose.</param>
public sealed record SubscriptionRequest(
    string Url, IReadOnlyList<string>? Types = null, IReadOnlyList<string>? Subjects = null, IReadOnlyList<string>? Grades = null,
    string? After = null, string? Purpose = null);

/// <summary>From where to send again; null to go on where it stopped.</summary>
public sealed record SubscriptionReplay(string? After);

/// <summary>A new secret, and how long the former one signs beside it.</summary>
public sealed record SubscriptionRotation(int? OverlapHours);
