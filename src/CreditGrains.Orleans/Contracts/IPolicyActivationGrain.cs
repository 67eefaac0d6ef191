using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>
/// Tells every node of the cluster of an activation (there is one such grain, key 0). What is in force stands in the store: the grain only
/// sees to it that all nodes have read it before the activation is answered.
/// </summary>
[Alias("credit.IPolicyActivationGrain"), GrainInterfaceType("credit.policy-activation")]
public interface IPolicyActivationGrain : IGrainWithIntegerKey
{
    /// <summary>A node says that it is there; again each second, else it is not waited for any more.</summary>
    [Alias("Attend")]
    Task<HeartbeatReply> HeartbeatAsync(HeartbeatRequest request);

    /// <summary>A node goes.</summary>
    [Alias("Leave")]
    Task LeaveAsync(string node);

    /// <summary>Wakes all nodes; completes when all have followed, or the bound has passed.</summary>
    /// <param name="timeline">Version of the timeline's document.</param>
    [Alias("Announce"), ResponseTimeout("00:00:10")]
    Task<AnnounceReply> AnnounceAsync(long timeline);
}

/// <summary>A node as the policy activation sees it.</summary>
[Alias("credit.IPolicyWatcher"), GrainInterfaceType("credit.policy-watcher")]
public interface IPolicyWatcher : IGrainObserver
{
    /// <summary>Reads the timeline, unless it is known to be that new.</summary>
    /// <returns>The version that every answer beginning from now on is made under.</returns>
    [Alias("Follow")]
    Task<long> FollowAsync(long timeline);
}
