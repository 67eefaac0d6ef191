using System.Security.Cryptography;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Recomputation;

// The work of this node on the newest run.
public sealed partial class RecomputationService
{
    private static async Task StopAsync(OpenRun open)
    {
        await open.Stop.CancelAsync().ConfigureAwait(false);
        await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private List<int> Owned() => [.. Enumerable.Range(0, _store.ShardCount).Where(_subjects.Owns)];

    /// <summary>Takes over how the newest run stands, begins one where that is due, and works on what is this node's of it.</summary>
    private async Task FollowAsync(bool begins, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing)
                return;
            var now = _rules.Now();
            if (begins && _newest?.Head.IsUnder(now) != true)
            {
                var reason = _newest is null ? "first start on this store" : "other rules are in force";
                await BeginAsync(Platform, reason, cancellation).ConfigureAwait(false);
            }
            else if (_newest is { Head.State: JobState.Running, Work.IsCompleted: true } open && !open.Stop.IsCancellationRequested
                && open.Head.IsUnder(now))
            {
                Launch(open);
            }
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Works on another run than before. Under the begin lock.</summary>
    private async Task HoldAsync(OpenRun next)
    {
        if (_newest is { } before)
            await StopAsync(before).ConfigureAwait(false);
        _newest = next;
        if (next.Head.State == JobState.Running && !_closing)
            Launch(next);
    }

    private void Launch(OpenRun open) => open.Work = Task.Run(() => WorkAsync(open), CancellationToken.None);

    /// <summary>Another run than the one held ends the work on it; so does another state.</summary>
    private async Task RefreshAsync(CancellationToken cancellation)
    {
        var stored = await LoadAsync(cancellation).ConfigureAwait(false);
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var held = _newest;
            if (stored is null || _closing)
                return;
            if (held is null || IsAnother(held, stored))
            {
                if (held is not null)
                    await StopAsync(held).ConfigureAwait(false);
                _newest = stored;
                return;
            }

            await TakeAsync(held, stored, cancellation).ConfigureAwait(false);
            if (held.Head.State != JobState.Running)
                await held.Stop.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            _beginLock.Release();
        }

        // One that was stopped and goes on is held anew. Ids grow: what was read before another run was begun here is old.
        static bool IsAnother(OpenRun held, OpenRun stored) =>
            string.CompareOrdinal(stored.Head.Id, held.Head.Id) > 0
            || (stored.Head.Id == held.Head.Id && stored.Version >= held.Version && stored.Head.State == JobState.Running
                && held.Stop.IsCancellationRequested);
    }

    private async Task TakeAsync(OpenRun held, OpenRun stored, CancellationToken cancellation)
    {
        if (held.Head.Id != stored.Head.Id)
            return;
        await held.WriteLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (stored.Version > held.Version)
                held.Take(stored.Head, stored.Version);
        }
        finally
        {
            held.WriteLock.Release();
        }

        held.TakeParts(stored, shard => held.Work.IsCompleted || !_subjects.Owns(shard));
    }

    private async Task WorkAsync(OpenRun open)
    {
        var stop = open.Stop.Token;
        for (var pauseMs = 10; !stop.IsCancellationRequested; pauseMs = Math.Min(pauseMs * 2, _options.RetryPauseMsMax))
        {
            try
            {
                if (open.Head.State != JobState.Running || !open.Head.IsUnder(_rules.Now()))
                    return;
                await PassAsync(open, stop).ConfigureAwait(false);
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
            catch (RecomputationFailedException failure)
            {
                LogFailed(_log, open.Head.Id, failure.Message);
                await TurnAsync(
                    open, JobState.Failed, "failed", Platform, failure.Message, run => run.State == JobState.Running,
                    CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                _faults.LogStoreFault("Recomputation round failed; retrying", fault);
            }

            await Task.Delay(pauseMs, CancellationToken.None).ConfigureAwait(false);
            await ReloadAsync(open).ConfigureAwait(false);
        }
    }

    /// <summary>Passes the partitions of the shards that this node owns.</summary>
    private async Task PassAsync(OpenRun open, CancellationToken stop)
    {
        var left = Owned().Where(shard => !open.PartOf(shard).Part.IsDone).ToList();
        if (left.Count > 0)
        {
            using var gate = new AdaptiveThrottle(_options.Recomputation, () => _throttle, _latency, _time);
            await new Recomputer(_store, _subjects, _rules, _options, _time, _faults, open, left, _node, () => _throttle, gate)
                .PassAsync(stop).ConfigureAwait(false);
        }

        // Rows whose date had come were left to it.
        if (left.Count > 0 || open.IsPassed)
        {
            foreach (var shard in Owned())
                await _subjects.SweepAsync(shard).ConfigureAwait(false);
        }
    }

    /// <summary>After a failure of unknown outcome, or when another node has written: goes on from what is stored.</summary>
    private async Task ReloadAsync(OpenRun open)
    {
        try
        {
            if (await OpenRun.FindAsync(_store.Jobs, open.Head.Id, CancellationToken.None).ConfigureAwait(false) is not { } stored)
                return;
            await open.WriteLock.WaitAsync().ConfigureAwait(false);
            try
            {
                if (stored.Version > open.Version)
                    open.Take(stored.Head, stored.Version);
            }
            finally
            {
                open.WriteLock.Release();
            }

            open.TakeParts(stored, _ => true);
        }
        catch (StoreException fault)
        {
            _faults.LogStoreFault("Recomputation round failed; retrying", fault);
        }
    }

    /// <summary>
    /// Sums the partitions up, signs what they come to, and ends the run; the first node that does so has done it for all.
    /// </summary>
    private async Task FinishAsync(OpenRun open)
    {
        await open.WriteLock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (open.Head.State != JobState.Running)
                return;
            var finished = open.Run with { State = JobState.Finished, FinishedAt = _time.GetUtcNow() };
            var content = finished.SignedContent();
            var signer = _options.Recomputation.Signer;
            finished = finished with
            {
                Summary = new RecomputationSummary(
                    Convert.ToHexStringLower(SHA256.HashData(content)), signer?.KeyId,
                    signer is null ? null : Convert.ToBase64String(signer.Sign(content))),
            };
            var data = $"{finished.Done} subjects, {finished.Written} written, {finished.GradesChanged} grades changed, "
                + $"{finished.Poison.Count} set aside";
            await _store.Jobs.WriteAsync(
                new JobWrites([open.WriteOf(finished, _node, ActOf("finished", Platform, data))])
                {
                    SummedUp = [OpenRun.KeyOf(finished.Id)],
                },
                CancellationToken.None).ConfigureAwait(false);
            open.Written(finished);
        }
        finally
        {
            open.WriteLock.Release();
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "Recomputation run {Run} failed: {Message}")]
    private static partial void LogFailed(ILogger log, string run, string message);
}
