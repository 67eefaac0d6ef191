namespace CreditGrains.Engine.Recomputation;

/// <summary>Signs the summary of a finished run, so that it can be verified elsewhere.</summary>
public interface ISummarySigner
{
    /// <summary>Names the key.</summary>
    string KeyId { get; }

    /// <summary>A signature over the bytes.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);
}
