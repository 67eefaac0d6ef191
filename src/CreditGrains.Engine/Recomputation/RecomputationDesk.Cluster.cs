using System.Collections.Concurrent;
using System.Globalization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// A run of a cluster. Every silo works on the shards that it owns, each with a part document of its own, so that silos do not wait for one
/// another; a page, its changes and the part's cursor are one transaction, which the shard's lease guards. One node at a time drives: it
/// begins runs, sums the parts up and ends the run. Whoever dies, the parts say where to go on.
/// </summary>
public sealed partial class RecomputationDesk
{
    private readonly ConcurrentDictionary<int, string> _passed = new();

    /// <summary>
    /// One step of whoever drives: begins a run where one is due, sums the parts up, ends the run when all are done. Two that drive at the
    /// same time do no harm: the run's document has one next version.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: drive again.</exception>
    internal async Task<bool> DriveAsync(CancellationToken cancellation)
    {
        await TakeUpAsync(cancellation).ConfigureAwait(false);
        if (IsDue)
            await BeginDueAsync(cancellation).ConfigureAwait(false);
        if (_newest is not { Run.State: RecomputationState.Running } open || !open.Run.IsUnder(_rules.Now()))
            return false;
        var parts = await PartsAsync(open.Run, cancellation).ConfigureAwait(false);
        var next = open.Run.With(parts);
        if (next.Poison.Count > _options.Recomputation.PoisonMax)
        {
            await FailAsync($"More than {_options.Recomputation.PoisonMax} subjects cannot be evaluated.").ConfigureAwait(false);
            return false;
        }

        var isDone = parts.All(part => part?.State == RecomputationState.Finished);
        if (isDone || next.Done != open.Run.Done || !next.Shards.SequenceEqual(open.Run.Shards))
            await SumUpAsync(open, next, cancellation).ConfigureAwait(false);
        if (isDone)
            await FinishAsync(open).ConfigureAwait(false);
        return !isDone;
    }

    /// <summary>Takes over how the newest run stands, and works on the parts of it that are this node's.</summary>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        await TakeUpAsync(cancellation).ConfigureAwait(false);
        if (IsDue || _newest is { Run.State: RecomputationState.Running })
            await _herald!.WakeRecomputationAsync().ConfigureAwait(false);
    }

    private async Task TakeUpAsync(CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_closing && _newest is { Run.State: RecomputationState.Running, Work.IsCompleted: true } open
                && !open.Stop.IsCancellationRequested && open.Run.IsUnder(_rules.Now()))
                Launch(open);
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsDue => _options.Recomputation.Automatic && !_closing && _newest?.Run.IsUnder(_rules.Now()) != true;

    private async Task BeginDueAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsDue)
            {
                var reason = _newest is null ? "first start on this store" : "other rules are in force";
                await BeginAsync(Platform, reason, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Another run than the one held ends the work on it; so does another state.</summary>
    private async Task RefreshAsync(CancellationToken cancellation)
    {
        var stored = await LoadAsync(cancellation).ConfigureAwait(false);
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var held = _newest;
            if (stored is null || _closing)
                return;
            if (held is null || IsAnother(held, stored))
            {
                if (held is not null)
                    await held.Stop.CancelAsync().ConfigureAwait(false);
                _newest = stored;
                return;
            }

            await held.Gate.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (stored.Version > held.Version)
                    held.Take(stored.Run, stored.Version);
            }
            finally
            {
                held.Gate.Release();
            }

            if (held.Run.State != RecomputationState.Running)
                await held.Stop.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }

        // One that was stopped and goes on is held anew.
        static bool IsAnother(OpenRun held, OpenRun stored) => held.Run.Id != stored.Run.Id
            || (stored.Version >= held.Version && stored.Run.State == RecomputationState.Running && held.Stop.IsCancellationRequested);
    }

    private async Task<RecomputationRun?[]> PartsAsync(RecomputationRun run, CancellationToken cancellation)
    {
        var parts = new RecomputationRun?[_store.ShardCount];
        var documents = await _store.Control.ListAsync(OpenRun.PartKind, null, parts.Length, cancellation).ConfigureAwait(false);
        foreach (var document in documents)
        {
            var part = RecomputationRun.FromJson(document.Content);
            if (part.Id == run.Id)
                parts[int.Parse(document.Id, CultureInfo.InvariantCulture)] = part;
        }

        return parts;
    }

    private async Task SumUpAsync(OpenRun open, RecomputationRun next, CancellationToken cancellation)
    {
        await open.Gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (open.Run.State != RecomputationState.Running)
                return;
            next = next with { ElapsedMs = open.Timed().ElapsedMs };
            await _store.Control.WriteAsync([open.WriteOf(next, null)], cancellation).ConfigureAwait(false);
            open.Written(next);
        }
        finally
        {
            open.Gate.Release();
        }
    }

    /// <summary>Passes the parts of the shards that this node owns; returns when none is left here.</summary>
    private async Task WorkOnPartsAsync(OpenRun open)
    {
        open.Begin();
        bool IsToPass(int shard) => _subjects.Owns(shard) && _passed.GetValueOrDefault(shard) != open.Run.Id;
        if (!Enumerable.Range(0, _store.ShardCount).Any(IsToPass))
            return;
        using var pace = NewPace();
        for (var shard = 0; shard < _store.ShardCount; shard++)
        {
            if (!IsToPass(shard))
                continue;
            try
            {
                await PassAsync(open, shard, pace).ConfigureAwait(false);
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
                await FailAsync(failure.Message).ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                // Asked for again with the next look at the run.
                _faults.Say("A part of a recomputation waits and goes on", fault);
            }
        }
    }

    private async Task PassAsync(OpenRun open, int shard, RecomputationPace pace)
    {
        open.Stop.Token.ThrowIfCancellationRequested();
        if (!open.Run.IsUnder(_rules.Now()))
            throw new OperationCanceledException("Other rules are in force.");
        var document = await _store.Control.FindAsync(OpenRun.PartKind, OpenRun.PartId(shard), open.Stop.Token).ConfigureAwait(false);
        var known = document is null ? null : RecomputationRun.FromJson(document.Content);
        var part = new OpenRun(
            known?.Id == open.Run.Id ? known : open.Run.PartOf(shard), document?.Version ?? 0, _time, shard) { Whole = open };
        if (part.Run.State != RecomputationState.Finished)
        {
            part.Begin();
            await new Recomputer(_store, _subjects, _rules, _options, _time, _faults, part, () => _throttle, pace)
                .PassAsync(open.Stop.Token).ConfigureAwait(false);

            // Rows whose date had come were left to it.
            await _subjects.SweepAsync(shard).ConfigureAwait(false);
            var passed = part.Timed() with { State = RecomputationState.Finished, FinishedAt = _time.GetUtcNow() };
            await _store.Control.WriteAsync([part.WriteOf(passed, null)], open.Stop.Token).ConfigureAwait(false);
        }

        _passed[shard] = open.Run.Id;
    }

    private async Task FailAsync(string message)
    {
        Failed(_log, _newest!.Run.Id, message);
        await TurnAsync(
            RecomputationState.Failed, "failed", Platform, message, run => run.State == RecomputationState.Running,
            CancellationToken.None, waits: false).ConfigureAwait(false);
    }
}
