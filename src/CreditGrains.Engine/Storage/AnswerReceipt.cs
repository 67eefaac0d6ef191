namespace CreditGrains.Engine.Storage;

/// <summary>
/// Data that, beside the access log's entry that holds them, giving an answer again byte for byte takes (I8): the entry names caller,
/// purpose, subject, instant and number.
/// </summary>
/// <param name="Form">Which form the answer has (<see cref="CheckAnswerWriter.Form"/>).</param>
/// <param name="Language">Of titles and details: <c>zh</c> or <c>en</c>.</param>
/// <param name="Matter">The matter that was asked about.</param>
/// <param name="Stage">Stage of the caller's workflow; null where it named none.</param>
/// <param name="Department">The caller's department, as the credentials say; null where they name none.</param>
/// <param name="AsOf">The legal date of the answer.</param>
/// <param name="Incarnation">Of the store that answered: part of the token.</param>
/// <param name="Position">The last position of the subject's shard that the answer reflects; 0 where nothing was known.</param>
/// <param name="Rules">The rules it was given by.</param>
/// <param name="Digest">Of the answer without check number, receipt and token.</param>
public sealed record AnswerReceipt(
    int Form, string Language, string Matter, string? Stage, string? Department, DateOnly AsOf, uint Incarnation, long Position,
    RulesReference Rules, AnswerDigest Digest);
