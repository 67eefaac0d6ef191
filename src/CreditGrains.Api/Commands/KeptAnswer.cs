using System.Text.Json.Serialization;

namespace CreditGrains.Api.Commands;

/// <summary>A command that came with a key, and what it was answered.</summary>
/// <param name="Key">SHA-256 in hex over caller and key.</param>
/// <param name="Request">SHA-256 in hex over what was asked.</param>
/// <param name="At">When it came.</param>
internal sealed record KeptAnswer(string Key, string Request, DateTimeOffset At)
{
    /// <summary>When it was first begun, where that was not <c>At</c>: it was lost, or failed with its outcome unknown.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>Whose key it is: the beginning of SHA-256 in hex over the caller's name.</summary>
    public string Owner { get; init; } = "";

    /// <summary>It failed, and may have taken effect all the same: it is carried out again when it is sent again.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>HTTP status; 0 while it is being carried out.</summary>
    public int Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? ETag { get; init; }

    /// <summary>In base64.</summary>
    public string Body { get; init; } = "";

    [JsonIgnore]
    public bool IsUnderWay => Status == 0 && !IsUncertain;
}

/// <summary>The commands whose keys fall into one of the places.</summary>
internal sealed record KeptAnswers(IReadOnlyList<KeptAnswer> Items);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptAnswers))]
internal sealed partial class CommandJson : JsonSerializerContext;
