namespace CreditGrains.Api.Reports;

/// <summary>
/// Record of a report's number. The report's content is not kept; a holder of the file compares it with digest and signature.
/// </summary>
/// <param name="Number">The number.</param>
/// <param name="At">Time of the enquiry.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Digest">SHA-256 over the bytes of member <c>report</c> of its JSON file: <c>sha256:</c> and 64 digits.</param>
/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c> or <c>SM2-SM3</c>.</param>
/// <param name="KeyId">The key that signed these bytes.</param>
/// <param name="Signature">The signature over them, base64 of DER.</param>
/// <param name="Keys">Where the public keys are.</param>
public sealed record ReportResponse(
    string Number, DateTimeOffset At, string Subject, string Digest, string Algorithm, string KeyId, string Signature, string Keys)
{
    /// <summary>Since when the key is not trusted; the digest tells what was issued, the signature no more. Null while it is.</summary>
    public DateTimeOffset? KeyRevokedAt { get; init; }

    /// <summary>Why it is not.</summary>
    public string? KeyRevokedReason { get; init; }
}
