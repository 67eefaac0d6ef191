using CreditGrains.Cluster.Hosting;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace CreditGrains.Cluster.Placement;

/// <summary>
/// Shards and their subjects go to the silo with the highest hash. Two silos that see different members may choose differently: the lease
/// in the store decides who writes, and the silo that should not have it gives it up.
/// </summary>
internal sealed class ShardPlacementDirector(ClusterNode node) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        var shard = strategy is ShardPlacement
            ? (int)target.GrainIdentity.GetIntegerKey()
            : ShardMap.ShardOf(new SubjectId(target.GrainIdentity.Key.ToString()!), node.ShardCount);
        return Task.FromResult(ShardSilos.OwnerOf(shard, silos));
    }
}
