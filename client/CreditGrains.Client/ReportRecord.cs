namespace CreditGrains.Client;

/// <summary>Record of a report's number in the platform's register.</summary>
/// <param name="Number">The number.</param>
/// <param name="At">Time of the enquiry.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Digest">SHA-256 over the bytes of member <c>report</c> of its JSON file: <c>sha256:</c> and 64 digits.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="KeyRevokedAt">Since when that is not trusted; null while it is.</param>
public sealed record ReportRecord(
    string Number, DateTimeOffset At, string Subject, string Digest, string KeyId, DateTimeOffset? KeyRevokedAt);
