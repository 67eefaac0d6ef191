using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The hash that <see cref="ShardMap"/> spreads subjects by: FNV-1a over the UTF-8 bytes, then a finaliser. It is compiled into the client
/// package too, which must agree with the servers and refers to nothing of them.
/// </summary>
internal static class ShardHash
{
    private const ulong Basis = 14695981039346656037UL;
    private const ulong Prime = 1099511628211UL;

    public static int ShardOf(string subject, int shardCount) => (int)((ulong)KeyOf(subject) % (ulong)shardCount);

    public static long KeyOf(string subject)
    {
        var hash = Basis;
        foreach (var c in subject)
        {
            if (c >= 0x80)
                return KeyOf(Encoding.UTF8.GetBytes(subject));
            hash = (hash ^ c) * Prime;
        }

        return Finish(hash);
    }

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
