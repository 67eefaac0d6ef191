using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Changes;

/// <summary>A change as a CloudEvent 1.0; the same wherever it is told, so that a receiver knows it again by its id.</summary>
public sealed record CloudEvent
{
    /// <summary>Types begin so; then comes the change's own type.</summary>
    public const string TypeBegin = ChangeTypes.TypeBegin;

    /// <summary>Media type of one event in structured mode.</summary>
    public const string MediaType = "application/cloudevents+json";

    private const string ChangesSource = "urn:creditgrains:changes";

    private static readonly CloudEventJson Json = new(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Types that there are.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. ChangeTypes.All.Select(type => TypeBegin + type)];

    [JsonPropertyName("specversion")]
    public string SpecVersion { get; init; } = "1.0";

    /// <summary>Store, shard and number of the change.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("source")]
    public string Source { get; init; } = ChangesSource;

    /// <summary>For instance <c>creditgrains.subject.grade</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The organisation's code.</summary>
    [JsonPropertyName("subject")]
    public required string Subject { get; init; }

    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; init; } = "application/json";

    /// <summary>
    /// Of a grade: <c>old</c>, <c>new</c> (null for none), <c>asOf</c>, <c>policy</c>. Of a step of a case: <c>case</c>, <c>kind</c>,
    /// <c>step</c>, <c>state</c>, <c>on</c>. Of a record and its publicity: <c>source</c>, <c>id</c>, <c>kind</c>; <c>revision</c>, or
    /// <c>asOf</c>. Of a measure: <c>measure</c>, <c>class</c>, <c>asOf</c>, <c>policy</c>. Of a list: <c>list</c>, <c>level</c>,
    /// <c>asOf</c>. Of a warning: <c>warning</c>, <c>asOf</c>.
    /// </summary>
    [JsonPropertyName("data")]
    public required JsonElement Data { get; init; }

    public static CloudEvent Of(SubjectChange change, uint incarnation)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new CloudEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{incarnation:x8}-{change.Shard}-{change.Number}"),
            Type = TypeBegin + change.Type,
            Subject = change.Subject.Value,
            Time = change.At,
            Data = JsonDocument.Parse(change.Data).RootElement,
        };
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, Json.CloudEvent);
}

[JsonSerializable(typeof(CloudEvent))]
internal sealed partial class CloudEventJson : JsonSerializerContext;
