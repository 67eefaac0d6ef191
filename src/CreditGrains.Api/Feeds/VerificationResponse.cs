using System.Text.Json.Serialization;

namespace CreditGrains.Api.Feeds;

/// <summary>Records to verify.</summary>
/// <param name="Ids">Their ids within the source, 1 to 200.</param>
public sealed record VerificationBody(IReadOnlyList<string>? Ids);

/// <summary>Outcome of a verification.</summary>
/// <param name="Token">A read <c>at-least</c> this reflects it; null where nothing was new.</param>
/// <param name="Verified">How many are verified by this call.</param>
/// <param name="Items">Every record in the order asked.</param>
public sealed record VerificationResponse(string? Token, int Verified, IReadOnlyList<VerificationItem> Items);

/// <summary>Outcome for one record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Outcome"><c>verified</c>, <c>already</c> or <c>refused</c>.</param>
/// <param name="Code">Why it was refused.</param>
public sealed record VerificationItem(
    string Id, string Outcome, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code);
