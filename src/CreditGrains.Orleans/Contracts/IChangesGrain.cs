using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>Changes of all organisations for callers inside the network, on whichever silo is asked (key 0). Keeps nothing.</summary>
[Alias("credit.IChangesGrain"), GrainInterfaceType("credit.changes")]
public interface IChangesGrain : IGrainWithIntegerKey
{
    /// <summary>The next changes after a cursor; waits for some where there are none. Each is on the access log (I9).</summary>
    [Alias("Read")]
    Task<ChangesReply> ReadAsync(ChangesRequest request);
}
