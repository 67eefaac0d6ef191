namespace CreditGrains.Client;

/// <summary>Data that giving the answer to a check again takes, as the server's access log keeps them.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Entry">Number of the access log's entry.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Actor">Caller, as the credentials said.</param>
/// <param name="Department">The department that asked, where the credentials named it.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="AsOf">The legal date of the answer.</param>
/// <param name="Position">The last position of the subject's shard that the answer reflects; 0 where nothing was known.</param>
/// <param name="Token">The token of the answer.</param>
/// <param name="Policy">Version of the policy it was given by.</param>
/// <param name="Rulebook">SHA-256 in hex of rulebook and policy.</param>
/// <param name="Form">Which form the answer has.</param>
/// <param name="Language">Of its titles and details.</param>
/// <param name="Digest"><c>sha256:</c> and the digest of the answer without check, receipt and token.</param>
public sealed record CheckReceiptDetails(
    string Check, long Entry, DateTimeOffset At, string Actor, string? Department, string Subject, string Purpose, string Matter,
    string? Stage, DateOnly AsOf, long Position, string Token, string Policy, string Rulebook, int Form, string Language, string Digest);
