using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Client;

/// <summary>A rejected line, kept until its source fixes or dismisses it.</summary>
public sealed record QuarantinedLine
{
    /// <summary>Number of the entry: what <c>dismiss</c> and <c>resubmit</c> take.</summary>
    [JsonPropertyName("number")]
    public long Number { get; init; }

    /// <summary>The record's id, where it could be read.</summary>
    public string? Id { get; init; }

    /// <summary>Why: a code of the error catalogue.</summary>
    public string Code { get; init; } = "";

    public string? Detail { get; init; }

    public string? Pointer { get; init; }

    /// <summary>What else the server said.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
