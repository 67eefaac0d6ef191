namespace CreditGrains.Engine.Storage;

/// <summary>Most that one party keeps at a time: uploads of a day, and files of the same day that steps were to name.</summary>
/// <param name="Since">Begin of the day.</param>
/// <param name="FilesMax">Files; at least 1.</param>
/// <param name="BytesMax">Bytes; at least 1.</param>
public readonly record struct ProofBounds(DateTimeOffset Since, int FilesMax, long BytesMax)
{
    /// <summary>Whether so much more is within them.</summary>
    public bool Allows(long files, long bytes) => files <= FilesMax && bytes <= BytesMax;
}
