using System.Text.Json.Serialization;
using CreditGrains.Api.Errors;

namespace CreditGrains.Api.Checks;

/// <summary>Checks of many organisations in one matter.</summary>
/// <param name="Subjects">Their codes, 1 to 1,000.</param>
/// <param name="Purpose">For what; goes to the access log of each.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
public sealed record CheckBatchQuestion(IReadOnlyList<string> Subjects, string Purpose, string Matter, string? Stage);

/// <summary>The answers, as <see cref="CheckBatchEndpoint"/> writes them.</summary>
/// <param name="Batch">Number of the batch: <c>CB-</c>, the date, and 80 random bits.</param>
/// <param name="AsOf">The legal date when it was asked.</param>
/// <param name="Outcomes">How many of each outcome.</param>
/// <param name="Failed">How many ids could not be read, or asked about.</param>
/// <param name="Items">
/// In the order asked: each as <c>POST /v1/checks</c> answers, or the problem of an id that cannot be read.
/// </param>
/// <param name="Token">Of all answers together.</param>
public sealed record CheckBatchResponse(
    string Batch, DateOnly AsOf, CheckBatchOutcomes Outcomes, int Failed, IReadOnlyList<CheckBatchItem> Items, string Token);

/// <summary>How many of each outcome.</summary>
public sealed record CheckBatchOutcomes(
    int Proceed, [property: JsonPropertyName("fast-track")] int FastTrack, int Review, int Stop);

/// <summary>One item: a check's members, or a problem's.</summary>
/// <param name="Check">Number of the check; left out of a problem.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Code">Stable code of a problem.</param>
/// <param name="Errors">Where the problem is.</param>
public sealed record CheckBatchItem(
    string? Check, string? Subject, string? Outcome, string? Code, IReadOnlyList<ProblemPlace>? Errors);
