namespace CreditGrains.Domain.Reports;

/// <summary>A signature by ECDSA P-256 over SHA-256.</summary>
/// <param name="KeyId">Names the key (<see cref="ReportKeys.IdOf"/>).</param>
/// <param name="Value">The signature in DER, as OpenSSL takes it.</param>
public sealed record ReportSignature(string KeyId, ReadOnlyMemory<byte> Value)
{
    public const string Algorithm = "ECDSA-P256-SHA256";
}
