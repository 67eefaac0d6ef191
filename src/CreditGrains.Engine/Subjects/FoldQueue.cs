using System.Diagnostics;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Appended events of one shard on their way to its subjects: taken in position order, folded in batches by one loop that runs while
/// there are any. An acknowledged event is never passed over: while the store cannot be read, the batch is tried again.
/// </summary>
internal sealed class FoldQueue(int shard, IFoldTarget target, int retryPauseMsMax, StoreFaultLog faults)
{
    private readonly Lock _pendingLock = new();
    private List<FoldItem> _pending = [];
    private List<ActivityContext> _causes = [];
    private bool _isDraining;

    /// <summary>Takes appended events, in position order, and folds them soon; the list is the queue's from now on.</summary>
    public void Post(List<FoldItem> items)
    {
        lock (_pendingLock)
        {
            if (_pending.Count == 0)
                _pending = items;
            else
                _pending.AddRange(items);
            if (EngineTraces.Current is var cause && cause != default && _causes.Count < EngineTraces.CausesMax)
                _causes.Add(cause);
            if (_isDraining)
                return;
            _isDraining = true;
        }

        // Without the caller's context: a batch belongs to the spans that brought it, not to the one that happens to start the loop.
        FoldThreads.Post(() => _ = DrainAsync());
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            List<FoldItem> batch;
            List<ActivityContext> causes;
            lock (_pendingLock)
            {
                if (_pending.Count == 0)
                {
                    // Under the lock that Post takes: an event that comes after this look finds no loop running and starts one.
                    _isDraining = false;
                    return;
                }

                batch = _pending;
                _pending = [];
                causes = _causes;
                if (causes.Count > 0)
                    _causes = [];
            }

            using var span = EngineTraces.Begin("fold", causes);
            span?.SetTag("creditgrains.shard", shard).SetTag("creditgrains.events", batch.Count);
            await FoldPersistentlyAsync(batch).ConfigureAwait(false);

            // Also when the shard ends and the batch was given up: the node's count of waiting events is for all its shards, and one that
            // never falls again would hold up every feed (Batch_is_given_up_when_the_shard_ends_and_still_leaves_the_queue).
            target.Passed(batch.Count);
        }
    }

    private async Task FoldPersistentlyAsync(List<FoldItem> batch)
    {
        for (var pauseMs = 10; !target.IsEnding; pauseMs = Math.Min(pauseMs * 2, retryPauseMsMax))
        {
            try
            {
                await target.FoldAsync(batch).ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                // Also what is no fault of the store: nothing awaits this loop, so a fault that ended it would be seen by no one.
                faults.LogStoreFault("Fold of accepted events failed; retrying", fault);
            }

            await Task.Delay(pauseMs).ConfigureAwait(false);
        }
    }
}
