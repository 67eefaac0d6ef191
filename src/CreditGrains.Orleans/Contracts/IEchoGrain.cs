using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>Cost of a call by itself: routed as one to the subject of its key, with as much to carry, and no work at the end.</summary>
[Alias("credit.IEchoGrain"), GrainInterfaceType("credit.echo")]
public interface IEchoGrain : IGrainWithStringKey
{
    /// <param name="request">Is not looked at.</param>
    /// <param name="bytes">How many to reply, at most 64 KiB.</param>
    [AlwaysInterleave]
    [Alias("Echo")]
    ValueTask<AnswerReply> EchoAsync(AnswerRequest request, int bytes);
}
