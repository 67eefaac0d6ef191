using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Sources;

/// <summary>Lines that one source has sent since the store began, by outcome. A crash may lose the last seconds.</summary>
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
    /// <summary>Of <see cref="Rejected"/>, lines by code of the error catalogue; lines of earlier versions have none.</summary>
    public IReadOnlyDictionary<string, long> Codes { get; init; } = new Dictionary<string, long>();

    /// <summary>How old first revisions were when they came; of what was sent to earlier versions nothing is counted.</summary>
    public FeedDelays Delays { get; init; }

    /// <summary>Both together.</summary>
    public SourceActivity Plus(SourceActivity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SourceActivity(
            Source, FirstSeen < other.FirstSeen ? FirstSeen : other.FirstSeen, LastSeen > other.LastSeen ? LastSeen : other.LastSeen,
            Accepted + other.Accepted, Duplicate + other.Duplicate, Stale + other.Stale, Rejected + other.Rejected)
        {
            Codes = Sum(Codes, other.Codes),
            Delays = Delays.Plus(other.Delays),
        };
    }

    /// <summary>Counts of both, by name.</summary>
    public static IReadOnlyDictionary<string, long> Sum(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Count == 0 || other.Count == 0)
            return one.Count == 0 ? other : one;
        var sum = new Dictionary<string, long>(one, StringComparer.Ordinal);
        foreach (var (name, count) in other)
            sum[name] = sum.GetValueOrDefault(name) + count;
        return sum;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SourceActivity))]
internal sealed partial class SourceJson : JsonSerializerContext;
