using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// Policy versions and the timeline as JSON documents for a store: one document a version, one for the timeline. Names are stable; what
/// a reader does not know it passes over.
/// </summary>
public static class PolicyDocument
{
    private static readonly PolicyJson Json = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
    });

    /// <summary>UTF-8 JSON.</summary>
    public static byte[] Write(PolicyVersion version) => JsonSerializer.SerializeToUtf8Bytes(version, Json.PolicyVersion);

    public static byte[] Write(PolicyTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        return JsonSerializer.SerializeToUtf8Bytes(new TimelineDocument(timeline.Activations), Json.TimelineDocument);
    }

    public static byte[] Write(PolicyEvent step) => JsonSerializer.SerializeToUtf8Bytes(step, Json.PolicyEvent);

    /// <exception cref="InvalidDataException">Not such a document, or the text is not the one that was kept.</exception>
    public static PolicyVersion ReadVersion(ReadOnlySpan<byte> json)
    {
        var version = Read(json, Json.PolicyVersion);
        if (PolicyText.DigestOf(version.Text) != version.Digest)
            throw new InvalidDataException($"The text of policy version {version.Version} does not have the digest kept with it.");
        return version;
    }

    /// <exception cref="InvalidDataException">Not such a document.</exception>
    public static PolicyTimeline ReadTimeline(ReadOnlySpan<byte> json)
    {
        var document = Read(json, Json.TimelineDocument);
        try
        {
            return new PolicyTimeline(document.Activations);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    /// <exception cref="InvalidDataException">Not such a document.</exception>
    public static PolicyEvent ReadEvent(ReadOnlySpan<byte> json) => Read(json, Json.PolicyEvent);

    private static T Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("The document is null.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"This is not a {typeof(T).Name}: {fault.Message}", fault);
        }
    }
}

/// <summary>The timeline as it is stored.</summary>
internal sealed record TimelineDocument(IReadOnlyList<PolicyActivation> Activations);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(PolicyVersion))]
[JsonSerializable(typeof(PolicyEvent))]
[JsonSerializable(typeof(TimelineDocument))]
internal sealed partial class PolicyJson : JsonSerializerContext;
