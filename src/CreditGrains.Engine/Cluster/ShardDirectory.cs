using System.Numerics;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Assignment of shards to nodes: the node with the highest hash of (shard, node). Every node computes the same one from the same list,
/// the shards spread evenly, and a node that joins or leaves moves only its own share.
/// </summary>
internal static class ShardDirectory
{
    /// <param name="shard">The shard.</param>
    /// <param name="nodes">Stable hashes of the active nodes, in any order; at least one.</param>
    /// <returns>The index of the owner.</returns>
    public static int OwnerOf(int shard, IReadOnlyList<ulong> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(nodes.Count);
        var best = 0;
        for (var i = 1; i < nodes.Count; i++)
        {
            var (candidate, leader) = (Weight(shard, nodes[i]), Weight(shard, nodes[best]));
            if (candidate > leader || (candidate == leader && nodes[i] > nodes[best]))
                best = i;
        }

        return best;
    }

    private static ulong Weight(int shard, ulong node)
    {
        var hash = node ^ BitOperations.RotateLeft((ulong)(shard + 1) * 0x9e3779b97f4a7c15UL, 31);
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return hash ^ (hash >> 31);
    }
}
