namespace CreditGrains.Cluster.Contracts;

/// <summary>A question about one subject.</summary>
[GenerateSerializer, Immutable, Alias("credit.ReadRequest")]
public readonly record struct ReadRequest
{
    /// <summary>The answer reflects at least this position of the subject's shard; 0 for any.</summary>
    [Id(0)]
    public long Position { get; init; }

    /// <summary>The answer reflects everything acknowledged before.</summary>
    [Id(1)]
    public bool Latest { get; init; }
}

/// <summary>A subject as its owner sees it.</summary>
[GenerateSerializer, Immutable, Alias("credit.SubjectReply")]
public sealed class SubjectReply
{
    [Id(0)]
    public int Shard { get; init; }

    /// <summary>Last position reflected; 0 when no event of the subject is known.</summary>
    [Id(1)]
    public long Position { get; init; }

    /// <summary>Packed records, in the store's symbols.</summary>
    [Id(2)]
    public byte[] State { get; init; } = [];

    /// <summary>Day number of the owner's legal date.</summary>
    [Id(3)]
    public int AsOf { get; init; }

    /// <summary>Policy version and rulebook digest in force at the owner.</summary>
    [Id(4)]
    public string Rules { get; init; } = "";

    [Id(5)]
    public FaultMessage? Fault { get; init; }

    /// <summary>The records are too many for a message: whoever asks reads them from the store.</summary>
    [Id(6)]
    public bool IsTooLong { get; init; }
}
