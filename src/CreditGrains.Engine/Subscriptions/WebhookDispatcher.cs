using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>The senders of one process that owns its store: a loop for each subscription, woken by what this process writes.</summary>
internal sealed class WebhookDispatcher(IControlStore control, DeliveryContext tools, StoreFaultLog faults)
    : ISubscriptionDispatcher
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    // Polling wakes senders that wait for changes: a change whose notification was lost is found after this interval.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Sender> _senders = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _runsLock = new();

    public Task WakeAsync(string subscription)
    {
        lock (_runsLock)
        {
            if (_stop.IsCancellationRequested)
                return Task.CompletedTask;
            var sender = _senders.GetOrAdd(subscription, id => new Sender(new SubscriptionRun(id, tools, new StoredProgress(control, id))));
            if (sender.Work.IsCompleted)
                sender.Work = Task.Run(() => LoopAsync(subscription, sender), CancellationToken.None);
            sender.Run.Ask();
            sender.Woken.TrySetResult();
        }

        return Task.CompletedTask;
    }

    public async Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation) =>
        _senders.TryGetValue(subscription, out var sender) && sender.Run.Progress is { } progress
            ? progress
            : await new StoredProgress(control, subscription).ReadAsync(cancellation).ConfigureAwait(false);

    public async ValueTask AbandonAsync()
    {
        foreach (var sender in _senders.Values)
            sender.Run.Abandon();
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_runsLock)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
        }

        await Task.WhenAll(_senders.Values.Select(sender => sender.Work)).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LoopAsync(string subscription, Sender sender)
    {
        while (!_stop.IsCancellationRequested)
        {
            var woken = sender.Woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                var pause = await sender.Run.StepAsync(_stop.Token).ConfigureAwait(false);
                if (pause.IsGone)
                {
                    _senders.TryRemove(subscription, out _);
                    return;
                }

                await RestAsync(pause, woken.Task).ConfigureAwait(false);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                faults.LogStoreFault("Delivery round of a subscription failed; retrying", fault);
                await Task.Delay(FaultPause, tools.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RestAsync(NextAttempt pause, Task woken)
    {
        if (pause.Length == TimeSpan.Zero)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var wait = pause.Changes is { } after
            ? tools.Feed.WaitAsync(after, LookAnyway, over.Token)
            : Task.Delay(WholeMs(pause.Length), tools.Time, over.Token);
        var first = await Task.WhenAny(wait, woken).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (first == wait)
            await wait.ConfigureAwait(false);
        else
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Up to the next millisecond: a timer leaves the rest out, and a sender that is woken before it is due would ask again and again until
    /// it is (FailingReceiverTests, whose clock stands still meanwhile).
    /// </summary>
    private static TimeSpan WholeMs(TimeSpan length) =>
        length == Timeout.InfiniteTimeSpan ? length : TimeSpan.FromMilliseconds(Math.Ceiling(length.TotalMilliseconds));

    private sealed class Sender(SubscriptionRun run)
    {
        public SubscriptionRun Run { get; } = run;

        public Task Work { get; set; } = Task.CompletedTask;

        public volatile TaskCompletionSource Woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
