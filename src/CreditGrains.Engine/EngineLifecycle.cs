using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine;

/// <summary>Starts the parts of a node, keeps it up with what other nodes decide, and stops it part by part.</summary>
/// <param name="parts">The parts.</param>
internal sealed class EngineLifecycle(EngineParts parts) : IAsyncDisposable
{
    private static readonly TimeSpan CommitterCloseMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FollowPauseMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DigestEvery = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private Task _following = Task.CompletedTask;
    private Task _copying = Task.CompletedTask;
    private Task _digesting = Task.CompletedTask;
    private Task _mirroring = Task.CompletedTask;
    private Task _probing = Task.CompletedTask;
    private bool _isClosed;

    /// <summary>True from when every shard has refolded what was journaled but not written back, to the end.</summary>
    public bool IsReady { get; private set; }

    /// <summary>
    /// Refolds the tails of the shards; the node is ready when the task completes. A start that fails stops what it started.
    /// </summary>
    /// <param name="shards">Those that the node works on from its start.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task StartAsync(IReadOnlyList<ShardStatus> shards, CancellationToken cancellation)
    {
        parts.Policies.Followed += Wake;
        try
        {
            await parts.Local.StartAsync(shards, parts.Committer.HeadOf, cancellation).ConfigureAwait(false);
            await parts.Subscriptions.ProtectSecretsAsync(cancellation).ConfigureAwait(false);
            await parts.EndedSessions.LoadAsync(cancellation).ConfigureAwait(false);
            await parts.Keys.FollowAsync(cancellation).ConfigureAwait(false);
            await parts.Closings.FollowAsync(cancellation).ConfigureAwait(false);
            await parts.Recomputation.OpenAsync(cancellation).ConfigureAwait(false);
            await parts.Role.StartAsync(parts.Recomputation, parts.Subscriptions, cancellation).ConfigureAwait(false);
        }
        catch
        {
            // Its loops run already; left alone, they would go on asking a store that the caller closes.
            await AbandonAsync().ConfigureAwait(false);
            throw;
        }

        _following = BackgroundLoop.RunAsync(WaitAndFollowAsync, FollowFailed, FollowPauseMax, TimeProvider.System, _stop.Token);
        _digesting = BackgroundLoop.RunAsync(DigestAsync, DigestFailed, DigestEvery, TimeProvider.System, _stop.Token);
        _mirroring = BackgroundLoop.RunAsync(MirrorAsync, MirrorFailed, FollowPauseMax, TimeProvider.System, _stop.Token);
        _probing = BackgroundLoop.RunAsync(ProbeAsync, FollowFailed, FollowPauseMax, TimeProvider.System, _stop.Token);
        _copying = parts.Copies.RunAsync(() => !parts.Local.IsCold, CopyingFailed, _stop.Token);
        IsReady = true;
    }

    /// <summary>Takes over what any node has decided about policies, and recomputes where that is due; by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync()
    {
        await parts.EndedSessions.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Keys.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Closings.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Role.FollowAsync(parts.IdentifierExceptions, parts.Subscriptions, CancellationToken.None).ConfigureAwait(false);
        await parts.Policies.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Jobs.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Sources.KeepAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Statistics.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Bulletins.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.Feedback.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.AccessLogHeads.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.ChangePruning.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.MeasureTasks.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await parts.DueCases.FollowAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Stops without finishing or writing back anything, as a crash would; for tests of recovery.</summary>
    public async Task AbandonAsync()
    {
        IsReady = false;
        await parts.Senders.AbandonAsync().ConfigureAwait(false);
        parts.Committer.Abandon();
        parts.Access.Abandon();
        await parts.Local.AbandonAsync().ConfigureAwait(false);
        await StopFollowingAsync().ConfigureAwait(false);
        await parts.SimulationRuns.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.InspectionDrawings.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.Statistics.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.Bulletins.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.Retention.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.CheckLists.Jobs.AbandonAsync().ConfigureAwait(false);
        await parts.Recomputation.DisposeAsync().ConfigureAwait(false);

        // A list of the runtime holds every meter, and through its gauges the whole engine, until it is disposed.
        parts.Meter.Dispose();
    }

    /// <summary>
    /// Stops what begins work by itself, then the committer, so that nothing is appended any more; then the subjects, which fold and write
    /// back what was; then what those use.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        IsReady = false;
        await parts.Senders.DisposeAsync().ConfigureAwait(false);
        await StopFollowingAsync().ConfigureAwait(false);
        await parts.SimulationRuns.DisposeAsync().ConfigureAwait(false);
        await parts.InspectionDrawings.DisposeAsync().ConfigureAwait(false);
        await parts.Statistics.DisposeAsync().ConfigureAwait(false);
        await parts.Bulletins.DisposeAsync().ConfigureAwait(false);
        await parts.Retention.DisposeAsync().ConfigureAwait(false);
        await parts.CheckLists.DisposeAsync().ConfigureAwait(false);
        await parts.Recomputation.DisposeAsync().ConfigureAwait(false);
        await parts.Sources.DisposeAsync().ConfigureAwait(false);
        await WriteCountsAsync().ConfigureAwait(false);
        try
        {
            await parts.Committer.DisposeAsync().AsTask().WaitAsync(CommitterCloseMax).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Events that wait there have not been acknowledged.
            parts.Committer.Abandon();
        }
        finally
        {
            try
            {
                await parts.Local.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                await parts.Access.DisposeAsync().ConfigureAwait(false);
                parts.Shards.Dispose();
                parts.CaseTurns.Dispose();
                _stop.Dispose();
                _wake.Dispose();
                (parts.Subjects as IDisposable)?.Dispose();
                parts.Inspections.Dispose();
                parts.Counts.Dispose();
                parts.Webhooks.Dispose();
                parts.Changes.Dispose();
                parts.Meter.Dispose();
                parts.Repository.Dispose();
            }
        }
    }

    private async Task WaitAndFollowAsync(CancellationToken stop)
    {
        await _wake.WaitAsync(parts.Options.FollowEveryMs, stop).ConfigureAwait(false);
        await FollowAsync().ConfigureAwait(false);
    }

    private async Task ProbeAsync(CancellationToken stop)
    {
        await Task.Delay(parts.Options.FollowEveryMs, stop).ConfigureAwait(false);
        await parts.Probe.AskAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Digests of watchlists, by one node: a loop of its own, because a day is long and receivers are slow.</summary>
    private async Task DigestAsync(CancellationToken stop)
    {
        await Task.Delay(DigestEvery, TimeProvider.System, stop).ConfigureAwait(false);
        if (!parts.Local.Owns(0))
            return;
        await parts.WatchlistDigests.MakeAsync(stop).ConfigureAwait(false);
        await parts.DigestSender.SendAsync(stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Contracts whose record the other party's file still lacks, proofs that no step has named, and the due list of a store of a former
    /// build, by one node.
    /// </summary>
    private async Task MirrorAsync(CancellationToken stop)
    {
        await Task.Delay(parts.Options.SweepEveryMs, stop).ConfigureAwait(false);
        if (!parts.Local.Owns(0))
            return;
        await parts.DueListVersion.FollowAsync(stop).ConfigureAwait(false);
        await parts.Cases.MirrorPendingAsync(stop).ConfigureAwait(false);
        await parts.Proofs.FollowAsync(stop).ConfigureAwait(false);
    }

    private void MirrorFailed(Exception fault) => parts.Faults.LogStoreFault(
        "Records of contracts could not be written to the other party's file, proofs not be swept, or the due list not be made anew; "
        + "retrying", fault);

    private void DigestFailed(Exception fault) =>
        parts.Faults.LogStoreFault("Digests of watchlists failed; retrying", fault);

    private void FollowFailed(Exception fault)
    {
        if (fault is RulebookRefusedException)
            parts.Faults.LogError("Rules activated by another node cannot be loaded on this node; retrying", fault);
        else
            parts.Faults.LogStoreFault("Poll of the policy timeline failed; retrying", fault);
    }

    private void CopyingFailed(Exception fault) =>
        parts.Faults.LogStoreFault("Refresh of copies failed; the owners answer until it succeeds", fault);

    private void Wake()
    {
        if (_wake.CurrentCount != 0)
            return;
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another caller did so first.
        }
    }

    /// <summary>The counts of the last second; those that cannot be written are lost, as by a kill.</summary>
    private async Task WriteCountsAsync()
    {
        try
        {
            await parts.Feedback.WriteCountsAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            parts.Faults.LogStoreFault("Counts of checks could not be written on shutdown", fault);
        }
    }

    private async Task StopFollowingAsync()
    {
        parts.Policies.Followed -= Wake;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _copying.ConfigureAwait(false);
        await _digesting.ConfigureAwait(false);
        await _mirroring.ConfigureAwait(false);
        await _probing.ConfigureAwait(false);
    }
}
