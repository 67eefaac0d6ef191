using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>Drives bulk recomputation (there is one such grain, key 0): the silos do the work, on the shards that they own.</summary>
[Alias("credit.IRecomputationGrain"), GrainInterfaceType("credit.recomputation")]
public interface IRecomputationGrain : IGrainWithIntegerKey
{
    /// <summary>There may be something to drive. May be said at any time by anybody.</summary>
    [OneWay, AlwaysInterleave]
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>Which silo it lives on, for operators and tests.</summary>
    [AlwaysInterleave]
    [Alias("Where")]
    Task<string> WhereAsync();
}
