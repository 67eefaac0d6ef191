namespace CreditGrains.Engine.Signatures;

/// <summary>A signature over content that comes in pieces.</summary>
public interface IContentSignature : IDisposable
{
    /// <summary>The next piece.</summary>
    void Append(ReadOnlySpan<byte> piece);

    /// <summary>The signature over all pieces, in DER, as <see cref="IContentSigner.Sign"/> makes it of the whole. Once.</summary>
    byte[] Sign();
}
