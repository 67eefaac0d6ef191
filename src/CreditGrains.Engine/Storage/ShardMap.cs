using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A stable hash of the subject onto the store's shards: FNV-1a over the UTF-8 bytes, then a finaliser.</summary>
public static class ShardMap
{
    public const int DefaultShardCount = 64;

    public static int ShardOf(SubjectId subject, int shardCount)
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (!Encoding.UTF8.TryGetBytes(subject.Value, utf8, out var length))
            throw new ArgumentException("A subject id has at most 64 characters.", nameof(subject));
        var hash = 14695981039346656037UL;
        foreach (var b in utf8[..length])
            hash = (hash ^ b) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return (int)(hash % (ulong)shardCount);
    }
}
