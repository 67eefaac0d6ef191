using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>The owner of one shard (the key): the only writer of its part of the journal.</summary>
[Alias("credit.IShardGrain"), GrainInterfaceType("credit.shard")]
public interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>Judges events and appends what is accepted. May be repeated: what is known already is a duplicate.</summary>
    [Alias("Append")]
    Task<AppendReply> AppendAsync(AppendRequest request);

    /// <summary>Does nothing, but the shard has an owner afterwards.</summary>
    /// <returns>Where it is.</returns>
    [Alias("Wake")]
    Task<string> WakeAsync();
}
