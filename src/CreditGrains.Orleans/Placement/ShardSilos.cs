using System.Text;
using CreditGrains.Engine.Cluster;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Placement;

/// <summary>Which of the active silos should own a shard.</summary>
internal static class ShardSilos
{
    private const ulong Basis = 14695981039346656037UL;
    private const ulong Prime = 1099511628211UL;

    public static SiloAddress OwnerOf(int shard, IReadOnlyList<SiloAddress> silos) =>
        OwnerOf(shard, silos, [.. silos.Select(HashOf)]);

    public static SiloAddress OwnerOf(int shard, IReadOnlyList<SiloAddress> silos, IReadOnlyList<ulong> hashes) =>
        silos[ShardDirectory.OwnerOf(shard, hashes)];

    /// <summary>Stable over processes and releases: FNV-1a of address, port and generation.</summary>
    public static ulong HashOf(SiloAddress silo)
    {
        var hash = Basis;
        foreach (var b in Encoding.UTF8.GetBytes(silo.ToParsableString()))
            hash = (hash ^ b) * Prime;
        return hash;
    }
}
