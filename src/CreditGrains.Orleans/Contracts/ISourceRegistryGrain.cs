using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>Counts of the lines that sources have sent through all nodes (there is one such grain, key 0).</summary>
[Alias("credit.ISourceRegistryGrain"), GrainInterfaceType("credit.source-registry")]
public interface ISourceRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>Adds a node's news; the same number again has no effect.</summary>
    [Alias("Add")]
    Task AddAsync(SourceUpdate news);

    /// <summary>In ordinal order, at most that many.</summary>
    [AlwaysInterleave]
    [Alias("List")]
    Task<SourceMessage[]> ListAsync(int limit);
}
