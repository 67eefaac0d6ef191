using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Sources;

/// <summary>What one source has sent since the store began; lines, by what became of them. A crash may lose the last seconds.</summary>
/// <param name="Source">Its id.</param>
/// <param name="FirstSeen">Of its first feed.</param>
/// <param name="LastSeen">Of its last feed.</param>
/// <param name="Accepted">Lines accepted.</param>
/// <param name="Duplicate">Lines known already.</param>
/// <param name="Stale">Lines older than what is known.</param>
/// <param name="Rejected">Lines rejected.</param>
public sealed record SourceActivity(
    string Source, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Accepted, long Duplicate, long Stale, long Rejected)
{
    /// <summary>Both together.</summary>
    public SourceActivity Plus(SourceActivity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SourceActivity(
            Source, FirstSeen < other.FirstSeen ? FirstSeen : other.FirstSeen, LastSeen > other.LastSeen ? LastSeen : other.LastSeen,
            Accepted + other.Accepted, Duplicate + other.Duplicate, Stale + other.Stale, Rejected + other.Rejected);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SourceActivity))]
internal sealed partial class SourceJson : JsonSerializerContext;
