using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A stable hash of the subject onto the store's shards.</summary>
public static class ShardMap
{
    public const int DefaultShardCount = 64;

    public static int ShardOf(SubjectId subject, int shardCount) => ShardHash.ShardOf(subject.Value, shardCount);

    /// <summary>The whole hash: a short key for indexes. Different subjects may share one.</summary>
    public static long KeyOf(SubjectId subject) => ShardHash.KeyOf(subject.Value);

    /// <summary>The key of the subject whose id this is as UTF-8.</summary>
    public static long KeyOf(ReadOnlySpan<byte> subject) => ShardHash.KeyOf(subject);
}
