using CreditGrains.Cluster.Contracts;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Rules;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Tells other nodes through the grains of the control plane.</summary>
/// <param name="calls">The way to the grains.</param>
/// <param name="followEvery">How often a node that nobody tells asks the store.</param>
/// <param name="time">The clock.</param>
/// <param name="log">For nodes that could not be told.</param>
internal sealed partial class GrainNotifier(GrainCalls calls, TimeSpan followEvery, TimeProvider time, ILogger log) : IClusterNotifier
{
    public async Task AnnouncePolicyAsync(long stored)
    {
        try
        {
            var reply = await GrainCalls.AskAsync(() => calls.Grains.GetGrain<IPolicyActivationGrain>(0).AnnounceAsync(stored))
                .ConfigureAwait(false);
            if (reply.Missing.Length > 0)
                Missing(log, string.Join(", ", reply.Missing), followEvery.TotalSeconds);
        }
        catch (Exception fault)
        {
            // Perhaps no node was notified. Nodes that reach the store follow within a second by polling it, and this waits for that.
            NotAnnounced(log, followEvery.TotalSeconds, fault.Message);
            await Task.Delay(followEvery * 2, time).ConfigureAwait(false);
        }
    }

    [LoggerMessage(6031, LogLevel.Warning,
        "No acknowledgement of the policy activation from nodes {Nodes}; nodes that reach the store follow within {Seconds} s")]
    private static partial void Missing(ILogger log, string nodes, double seconds);

    [LoggerMessage(6032, LogLevel.Warning,
        "Announcement of the policy activation failed; nodes poll the store every {Seconds} s: {Message}")]
    private static partial void NotAnnounced(ILogger log, double seconds, string message);
}
