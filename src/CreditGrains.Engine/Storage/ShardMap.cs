using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A stable hash of the subject onto the store's shards: FNV-1a over the UTF-8 bytes, then a finaliser.</summary>
public static class ShardMap
{
    public const int DefaultShardCount = 64;

    private const ulong Basis = 14695981039346656037UL;
    private const ulong Prime = 1099511628211UL;

    public static int ShardOf(SubjectId subject, int shardCount) => (int)((ulong)KeyOf(subject) % (ulong)shardCount);

    /// <summary>The whole hash: a short key for indexes. Different subjects may share one.</summary>
    public static long KeyOf(SubjectId subject)
    {
        var hash = Basis;
        foreach (var c in subject.Value)
        {
            if (c >= 0x80)
                return KeyOf(Encoding.UTF8.GetBytes(subject.Value));
            hash = (hash ^ c) * Prime;
        }

        return Finish(hash);
    }

    /// <summary>The key of the subject whose id this is as UTF-8.</summary>
    public static long KeyOf(ReadOnlySpan<byte> subject)
    {
        var hash = Basis;
        foreach (var b in subject)
            hash = (hash ^ b) * Prime;
        return Finish(hash);
    }

    private static long Finish(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return (long)hash;
    }
}
