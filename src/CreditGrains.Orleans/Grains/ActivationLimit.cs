namespace CreditGrains.Cluster.Grains;

/// <summary>
/// How many subjects a silo keeps active (I13). One that comes beyond the bound is answered like any other, since its records are its
/// shard's, and goes again at once.
/// </summary>
/// <param name="max">Most that stay.</param>
internal sealed class ActivationLimit(int max)
{
    /// <summary>An activation and its way in the directory, in bytes.</summary>
    private const int BytesEach = 2600;

    private int _count;

    /// <summary>Active now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>As many as take a sixteenth of the memory that the process may use.</summary>
    public static int DefaultMax =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 / BytesEach, 20_000, 1_000_000);

    /// <summary>An activation comes.</summary>
    /// <returns>Whether it may stay.</returns>
    public bool Enter() => Interlocked.Increment(ref _count) <= max;

    /// <summary>An activation has gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
