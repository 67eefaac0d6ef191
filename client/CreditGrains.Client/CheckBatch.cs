using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Client;

/// <summary>Checks of many organisations in one matter.</summary>
/// <param name="Subjects">Their codes, 1 to 1,000.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Purpose">For what; goes to the access log of each.</param>
/// <param name="Stage">Stage of the workflow.</param>
public sealed record CheckBatchQuestion(IReadOnlyList<string> Subjects, string Matter, string Purpose = "approval", string? Stage = null);

/// <summary>The answers of a batch.</summary>
/// <param name="Batch">Its number, <c>CB-…</c>.</param>
/// <param name="AsOf">The legal date when it was asked.</param>
/// <param name="Items">In the order asked: the answer to each check, or the problem of an id that cannot be read.</param>
/// <param name="Outcomes">How many of each outcome.</param>
/// <param name="Failed">How many ids could not be read, or asked about.</param>
/// <param name="Token">Of all answers together.</param>
public sealed record CheckBatch(
    string Batch, DateOnly AsOf, IReadOnlyList<JsonElement> Items, CheckBatchOutcomes Outcomes, int Failed, string Token)
{
    /// <summary>The answer at a place; null where the id has a problem.</summary>
    public CheckAnswer? AnswerAt(int place) =>
        Items[place].TryGetProperty("check", out _) ? Items[place].Deserialize(CreditJson.Default.CheckAnswer) : null;

    /// <summary>The stable code of the problem at a place; null where there is an answer.</summary>
    public string? ProblemAt(int place) => Items[place].TryGetProperty("code", out var code) ? code.GetString() : null;
}

/// <summary>How many of each outcome.</summary>
public sealed record CheckBatchOutcomes(int Proceed, [property: JsonPropertyName("fast-track")] int FastTrack, int Review, int Stop);
