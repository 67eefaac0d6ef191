namespace CreditGrains.Engine.Recomputation;

/// <summary>Signs the summary of a finished run, so that it can be verified elsewhere.</summary>
public interface ISummarySigner
{
    /// <summary>Names the key.</summary>
    string KeyId { get; }

    /// <summary>The public half as PEM, with which summaries are verified.</summary>
    string PublicKey { get; }

    /// <summary>A signature over the bytes.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);
}
