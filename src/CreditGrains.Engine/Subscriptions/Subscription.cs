using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>A subscription to changes: subscriber, filter and receiver. A control document, never written whole anywhere else.</summary>
public sealed record Subscription
{
    /// <summary>Its place and a random part.</summary>
    public required string Id { get; init; }

    /// <summary>Where to; empty once it is deleted.</summary>
    public string Url { get; init; } = "";

    /// <summary>Types of CloudEvents to send, or <c>*</c> for all; none for <see cref="ChangeTypes.Usual"/>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Codes of organisations to tell of; none for all.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Grades of which one must be the old or the new one; none for all.</summary>
    public IReadOnlyList<string> Grades { get; init; } = [];

    /// <summary>Caller that made it: the reader of the sent changes in the access log.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Purpose.</summary>
    public string Purpose { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The command that made it; null where it had no name.</summary>
    public string? Operation { get; init; }

    /// <summary>Key of the signatures in base64, encrypted where there is a key for it (<see cref="SecretKeyRing"/>).</summary>
    public string Secret { get; init; } = "";

    /// <summary>The key before it, likewise, which signs too up to <see cref="FormerUntil"/>; null for none.</summary>
    public string? FormerSecret { get; init; }

    public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>The command that gave it the present key; null where it had no name, or the key is its first.</summary>
    public string? RotatedBy { get; init; }

    /// <summary>Where its present turn begins: a cursor.</summary>
    public string From { get; init; } = "";

    /// <summary>1, and one more with each replay.</summary>
    public int Turn { get; init; } = 1;

    /// <summary>A person has paused it: nothing is sent until a replay is asked for.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether it is gone; what is left says only that its place is free.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Of the document; 0 before it is stored.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>Whether a change is sent.</summary>
    public bool Wants(SubjectChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeTypes.AreWanted(Types, change.Type)
            && (Subjects.Count == 0 || Subjects.Contains(change.Subject.Value, StringComparer.Ordinal))
            && (Grades.Count == 0 || HasGrade(change.Data));
    }

    /// <summary>Its id alone: the rest holds a secret.</summary>
    public override string ToString() => Id;

    internal static Subscription Of(ControlDocument document) =>
        (JsonSerializer.Deserialize(document.Content, SubscriptionJson.Default.Subscription)
            ?? throw new InvalidDataException("This is not a subscription.")) with { Version = document.Version };

    internal string ToJson() => JsonSerializer.Serialize(this, SubscriptionJson.Default.Subscription);

    private bool HasGrade(string data)
    {
        using var document = JsonDocument.Parse(data);
        return Is("old") || Is("new");

        bool Is(string member) => document.RootElement.TryGetProperty(member, out var grade)
            && grade.ValueKind == JsonValueKind.String && Grades.Contains(grade.GetString()!, StringComparer.Ordinal);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(SubscriptionProgress))]
[JsonSerializable(typeof(SubscriptionAction))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;

/// <summary>Text about a subscription in the record of acts.</summary>
/// <param name="Subscription">Its id.</param>
/// <param name="Host">Where it sends to, without what the address may hold beside it.</param>
internal sealed record SubscriptionAction(string Subscription, string Host);
