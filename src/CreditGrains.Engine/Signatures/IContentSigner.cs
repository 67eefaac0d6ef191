namespace CreditGrains.Engine.Signatures;

/// <summary>Signs bytes that leave the platform (summaries of runs, credit reports), so that they can be verified elsewhere.</summary>
public interface IContentSigner
{
    /// <summary>Names the key: the beginning of SHA-256 over its public half, in base64url.</summary>
    string KeyId { get; }

    /// <summary>The public half as PEM.</summary>
    string PublicKey { get; }

    /// <summary>ECDSA P-256 over SHA-256 of the bytes, in DER (RFC 3279).</summary>
    byte[] Sign(ReadOnlySpan<byte> content);

    /// <summary>The same of bytes whose SHA-256 was taken elsewhere, because they are many.</summary>
    byte[] SignHash(ReadOnlySpan<byte> sha256);
}
