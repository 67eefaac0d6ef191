using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

// The work of this node on the newest job.
internal sealed partial class PartitionedJobRunner<TRun, TPart>
{
    /// <summary>
    /// Makes a step of a partition durable, and where the answer gets lost finds out whether it was written: the partition then stands
    /// where this step puts it.
    /// </summary>
    /// <param name="open">The job.</param>
    /// <param name="number">The partition; no other step of it is under way.</param>
    /// <param name="next">Its content after the step, which is part of what is written.</param>
    /// <param name="write">Writes it with all that belongs to the step in one transaction; tried again where that may help.</param>
    /// <param name="cancellation">Passed on where this process closes.</param>
    /// <exception cref="OperationCanceledException">The process closes, and it is open whether the step was written.</exception>
    /// <exception cref="ShardLostException">The partition has gone to another process, which goes on from the cursor.</exception>
    /// <exception cref="WriteConflictException">Another process has written.</exception>
    public async Task StepAsync(
        PartitionedJob<TRun, TPart> open, int number, TPart next, Func<Task> write, CancellationToken cancellation)
    {
        for (var pauseMs = 10; ; pauseMs = Math.Min(pauseMs * 2, _options.RetryPauseMsMax))
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (ShardLostException)
            {
                throw;
            }
            catch (WriteConflictException)
            {
                if (await IsWrittenAsync(open, number, next).ConfigureAwait(false) is { } written)
                {
                    if (written)
                        return;
                    throw;
                }
            }
            catch (StoreException fault)
            {
                LogWaiting(fault);
            }

            // Only who closes ends this wait; a pause must not leave it open what is stored.
            if (_work.IsStopping || open.IsClosing)
                throw new OperationCanceledException(cancellation);
            await Task.Delay(pauseMs, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the store does not say.</summary>
    private async Task<bool?> IsWrittenAsync(PartitionedJob<TRun, TPart> open, int number, TPart next)
    {
        try
        {
            var stored = await _store.FindAsync(_kind.KeyOf(open.Stored.Id, number), CancellationToken.None).ConfigureAwait(false);
            return stored?.Version == open.PartOf(number).Version + 1 && stored.Node == Node && stored.Content == _kind.Write(next);
        }
        catch (StoreException fault)
        {
            LogWaiting(fault);
            return null;
        }
    }

    private void LogWaiting(StoreException fault) =>
        _faults.LogStoreFault($"Job {_kind.Name} is waiting for the store; retrying", fault);

    /// <summary>Another job than the one held ends the work on it; so does another state.</summary>
    private async Task RefreshAsync(CancellationToken cancellation)
    {
        var stored = await _work.LoadAsync(cancellation).ConfigureAwait(false);
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var held = _newest;
            if (stored is null || _closing)
                return;
            if (held is null || IsAnother(held, stored))
            {
                if (held is not null)
                    await held.StopAsync().ConfigureAwait(false);
                _newest = stored;
                return;
            }

            await TakeAsync(held, stored, cancellation).ConfigureAwait(false);
            if (held.Stored.State != JobState.Running)
                await held.Stop.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            _beginLock.Release();
        }

        // One that was stopped and goes on is held anew. Ids grow: what was read before another job was begun here is old.
        static bool IsAnother(PartitionedJob<TRun, TPart> held, PartitionedJob<TRun, TPart> stored) =>
            string.CompareOrdinal(stored.Stored.Id, held.Stored.Id) > 0
            || (stored.Stored.Id == held.Stored.Id && stored.Version >= held.Version && stored.Stored.State == JobState.Running
                && held.Stop.IsCancellationRequested);
    }

    private async Task TakeAsync(
        PartitionedJob<TRun, TPart> held, PartitionedJob<TRun, TPart> stored, CancellationToken cancellation)
    {
        if (held.Stored.Id != stored.Stored.Id)
            return;
        await held.WriteLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (stored.Version > held.Version)
                held.Take(stored.Stored, stored.Version);
        }
        finally
        {
            held.WriteLock.Release();
        }

        held.TakeParts(stored, number => held.Work.IsCompleted || !_work.Owns(number));
    }

    private async Task WorkAsync(PartitionedJob<TRun, TPart> open)
    {
        var stop = open.Stop.Token;
        for (var pauseMs = 10; !stop.IsCancellationRequested; pauseMs = Math.Min(pauseMs * 2, _options.RetryPauseMsMax))
        {
            try
            {
                if (open.Stored.State != JobState.Running || !_work.MayGoOn(open.Stored))
                    return;
                var left = OwnedOf(open).Where(number => !open.PartOf(number).Part.IsDone).ToList();
                await _work.PassAsync(open, left, stop).ConfigureAwait(false);
                if (open.IsPassed)
                    await FinishAsync(open).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ShardLostException)
            {
                // Its new owner goes on with it.
            }
            catch (JobFailedException failure)
            {
                LogFailed(_log, _kind.Name, open.Stored.Id, failure.Message);
                await TurnAsync(
                    open, JobState.Failed, "failed", Platform, failure.Message, run => run.State == JobState.Running,
                    CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                _faults.LogStoreFault($"Round of job {_kind.Name} failed; retrying", fault);
            }

            await Task.Delay(pauseMs, CancellationToken.None).ConfigureAwait(false);
            await ReloadAsync(open).ConfigureAwait(false);
        }
    }

    /// <summary>After a failure of unknown outcome, or when another node has written: goes on from what is stored.</summary>
    private async Task ReloadAsync(PartitionedJob<TRun, TPart> open)
    {
        try
        {
            if (await _kind.FindAsync(_store, open.Stored.Id, CancellationToken.None).ConfigureAwait(false) is not { } stored)
                return;
            await open.WriteLock.WaitAsync().ConfigureAwait(false);
            try
            {
                if (stored.Version > open.Version)
                    open.Take(stored.Stored, stored.Version);
            }
            finally
            {
                open.WriteLock.Release();
            }

            open.TakeParts(stored, _ => true);
        }
        catch (StoreException fault)
        {
            LogWaiting(fault);
        }
    }

    /// <summary>Sums the partitions up and ends the job; the first node that does so has done it for all.</summary>
    private async Task FinishAsync(PartitionedJob<TRun, TPart> open)
    {
        await open.WriteLock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (open.Stored.State != JobState.Running)
                return;
            var (finished, about) = _work.Finish(open);
            await WriteAsync(
                open, finished, ActOf("finished", Platform, about), [_kind.KeyOf(finished.Id)], CancellationToken.None)
                .ConfigureAwait(false);
        }
        finally
        {
            open.WriteLock.Release();
        }
    }
}
