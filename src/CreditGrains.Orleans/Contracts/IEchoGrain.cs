using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>
/// What a call costs by itself: it goes the same way as to the subject with its key, with as much to carry, and nothing is done there.
/// </summary>
[Alias("credit.IEchoGrain"), GrainInterfaceType("credit.echo")]
public interface IEchoGrain : IGrainWithStringKey
{
    /// <param name="request">Is not looked at.</param>
    /// <param name="bytes">How many to reply, at most 64 KiB.</param>
    [AlwaysInterleave]
    [Alias("Echo")]
    ValueTask<AnswerReply> EchoAsync(AnswerRequest request, int bytes);
}
