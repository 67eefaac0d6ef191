using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Client;

/// <summary>One organisation as the platform knows it.</summary>
public sealed record SubjectSummary
{
    public string Subject { get; init; } = "";

    public string? Name { get; init; }

    public string? Region { get; init; }

    public string? Industry { get; init; }

    /// <summary>Registration status.</summary>
    public string? Status { get; init; }

    /// <summary>Grade of the local assessment; null when not rated.</summary>
    public string? Grade { get; init; }

    /// <summary>Decimal string with three places; null when not rated.</summary>
    public string? Score { get; init; }

    /// <summary>What else the server said.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Partial">True when a deadline cut the page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next, bool Partial = false);
