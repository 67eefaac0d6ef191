using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>The one sender of a subscription (the key is its id), wherever in the cluster it lives.</summary>
[Alias("credit.ISubscriptionGrain"), GrainInterfaceType("credit.subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>The subscription may be gone, or may have changed. Any node may call this at any time.</summary>
    [OneWay, AlwaysInterleave]
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>How far it is; null when it has not begun.</summary>
    [AlwaysInterleave]
    [Alias("Progress")]
    Task<ProgressMessage?> ProgressAsync();

    /// <summary>Which silo it lives on, for operators and tests.</summary>
    [AlwaysInterleave]
    [Alias("Where")]
    Task<string> WhereAsync();
}
