namespace CreditGrains.Engine.Storage;

/// <summary>A command that came with a key, and what it was answered.</summary>
/// <param name="Key">SHA-256 in hex over caller and key.</param>
/// <param name="Owner">Owner of the key: the beginning of SHA-256 in hex over the caller's name.</param>
/// <param name="Request">SHA-256 in hex over what was asked.</param>
/// <param name="At">When it came.</param>
public sealed record CommandAnswer(string Key, string Owner, string Request, DateTimeOffset At)
{
    private const int RowBytes = 512;

    /// <summary>1, 2, 3, … with every write.</summary>
    public long Version { get; init; }

    /// <summary>When it was first begun, where that was not <c>At</c>: it was lost, or failed with its outcome unknown.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>The command failed, and may have taken effect all the same: sent again, it is carried out again.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>HTTP status; 0 while it is being carried out.</summary>
    public int Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? ETag { get; init; }

    public byte[] Body { get; init; } = [];

    public bool IsUnderWay => Status == 0 && !IsUncertain;

    /// <summary>Size for the bound: the body, and about as much as a row without one.</summary>
    public int Bytes => Body.Length + RowBytes;
}
