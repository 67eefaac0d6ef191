namespace CreditGrains.Storage.Sqlite;

/// <summary>Shard and position as one number: entries of a shard lie together, in order. Its bits are part of the stored format.</summary>
internal static class JournalId
{
    private const int PositionBits = 40;
    private const long PositionMax = (1L << PositionBits) - 1;

    /// <summary>Positions before the first and after the last possible one count as those.</summary>
    public static long Of(int shard, long position) => ((long)shard << PositionBits) | Math.Clamp(position, 0, PositionMax);

    public static int ShardOf(long id) => (int)(id >> PositionBits);

    public static long PositionOf(long id) => id & PositionMax;

    /// <summary>The last id that the shard can have.</summary>
    public static long LastOf(int shard) => Of(shard, PositionMax);
}
