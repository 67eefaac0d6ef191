namespace CreditGrains.Engine.Signatures;

/// <summary>Signs bytes that leave the platform (summaries of runs, credit reports), so that they can be verified elsewhere.</summary>
public interface IContentSigner
{
    /// <summary>
    /// The key that signs now. Of a signer whose key may change between two calls, take this once for an id and its signature.
    /// </summary>
    IContentSigner Current => this;

    /// <summary>Names the key (<see cref="Domain.Reports.ReportKeys.IdOf"/>), and by that the algorithm.</summary>
    string KeyId { get; }

    /// <summary>The public half as PEM.</summary>
    string PublicKey { get; }

    /// <summary>The signature over the bytes, in DER.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);

    /// <summary>Begins a signature over content that comes in pieces, because it is much.</summary>
    IContentSignature Begin();
}
