namespace CreditGrains.Domain.Reports;

/// <summary>A signature by ECDSA P-256 over SHA-256, or by SM2 over SM3 (GB/T 32918.2-2016); the id of the key says which.</summary>
/// <param name="KeyId">Names the key (<see cref="ReportKeys.IdOf"/>).</param>
/// <param name="Value">The signature in DER, as OpenSSL takes it.</param>
public sealed record ReportSignature(string KeyId, ReadOnlyMemory<byte> Value)
{
    /// <summary>Signatures by ECDSA.</summary>
    public const string EcdsaP256 = "ECDSA-P256-SHA256";

    /// <summary>Signatures by SM2, with the distinguishing identifier <c>1234567812345678</c> of GB/T 35276-2017.</summary>
    public const string Sm2 = "SM2-SM3";

    /// <summary>Which of the two it is.</summary>
    public string Algorithm => AlgorithmOf(KeyId);

    /// <summary>The algorithm of a key, which its id names.</summary>
    public static string AlgorithmOf(string keyId)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return keyId.StartsWith(Sm2PublicKey.IdPrefix, StringComparison.Ordinal) ? Sm2 : EcdsaP256;
    }
}
