using CreditGrains.Cluster.Contracts;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Has each subscription's grain send for it.</summary>
internal sealed partial class GrainSubscriptionDispatcher(GrainCalls calls, ILogger<GrainSubscriptionDispatcher> log)
    : ISubscriptionDispatcher
{
    public async Task WakeAsync(string subscription)
    {
        if (!calls.IsConnected)
            return;
        try
        {
            await calls.Grains.GetGrain<ISubscriptionGrain>(subscription).WakeAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // Woken again within seconds, by this node or another.
            NotWoken(log, subscription, fault.Message);
        }
    }

    public async Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation) =>
        await GrainCalls.AskAsync(() => calls.Grains.GetGrain<ISubscriptionGrain>(subscription).ProgressAsync()).ConfigureAwait(false)
            is { } found ? In(found) : null;

    /// <summary>Grains end with their silos.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static ProgressMessage Out(SubscriptionProgress progress) => new()
    {
        Subscription = progress.Subscription,
        Turn = progress.Turn,
        Number = progress.Number,
        After = progress.After,
        Delivered = progress.Delivered,
        Attempts = progress.Attempts,
        FailingSince = progress.FailingSince,
        NextAttemptAt = progress.NextAttemptAt,
        LastDeliveryAt = progress.LastDeliveryAt,
        LastError = progress.LastError,
        LastErrorAt = progress.LastErrorAt,
        IsPaused = progress.IsPaused,
    };

    private static SubscriptionProgress In(ProgressMessage message) => new()
    {
        Subscription = message.Subscription,
        Turn = message.Turn,
        Number = message.Number,
        After = message.After,
        Delivered = message.Delivered,
        Attempts = message.Attempts,
        FailingSince = message.FailingSince,
        NextAttemptAt = message.NextAttemptAt,
        LastDeliveryAt = message.LastDeliveryAt,
        LastError = message.LastError,
        LastErrorAt = message.LastErrorAt,
        IsPaused = message.IsPaused,
    };

    [LoggerMessage(6034, LogLevel.Debug, "Wake-up of the sender of subscription {Subscription} failed: {Message}")]
    private static partial void NotWoken(ILogger log, string subscription, string message);
}
