using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Jobs;

/// <summary>
/// Runs jobs that all nodes work on side by side. One is open at a time, the newest. Each node works on the partitions that it owns (all of
/// them where it is alone), from durable cursors, and the one that finds all of them passed sums them up and ends the job. It is paused,
/// resumed and cancelled by its row, from any node, and goes on after a crash where its partitions are.
/// </summary>
internal sealed partial class PartitionedJobRunner<TRun, TPart> : IAsyncDisposable
    where TRun : class, IJobContent
    where TPart : class, IJobPartitionContent
{
    private const string Platform = "platform";
    private const int AttemptsMax = 8;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedJobKind<TRun, TPart> _kind;
    private readonly IPartitionedWork<TRun, TPart> _work;
    private readonly IJobStore _store;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _beginLock = new(1, 1);
    private volatile PartitionedJob<TRun, TPart>? _newest;
    private volatile bool _closing;

    public PartitionedJobRunner(
        PartitionedJobKind<TRun, TPart> kind, IPartitionedWork<TRun, TPart> work, IJobStore store, EngineOptions options,
        TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _kind = kind;
        _work = work;
        _store = store;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
    }

    /// <summary>This process, in rows that it writes.</summary>
    public string Node { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>The newest job with its partitions, as far as this node knows; null before the first.</summary>
    public PartitionedJob<TRun, TPart>? Newest => _newest;

    public static ControlAction ActOf(string action, string actor, string reason) =>
        new(action, actor, JsonSerializer.Serialize(new Dictionary<string, string> { ["reason"] = reason }));

    /// <summary>Takes up the newest job without working on it.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task OpenAsync(CancellationToken cancellation) =>
        _newest = await _work.LoadAsync(cancellation).ConfigureAwait(false);

    /// <summary>Begins a job; an open one is ended by it.</summary>
    /// <param name="actor">Caller.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isMade">Whether the newest job is the one that is asked for: the command came before, and its answer was lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<PartitionedJob<TRun, TPart>> StartAsync(
        string actor, string reason, Func<TRun, bool> isMade, CancellationToken cancellation)
    {
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await _work.LoadAsync(cancellation).ConfigureAwait(false) is not { } stored || !isMade(stored.Stored))
                return await BeginAsync(actor, reason, cancellation).ConfigureAwait(false);
            if (_newest?.Stored.Id != stored.Stored.Id)
                await HoldAsync(stored).ConfigureAwait(false);
            return _newest!;
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Takes over how the newest job stands, begins one where that is due, and works on what is this node's of it.</summary>
    /// <param name="begins">Whether one may begin by itself.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync(bool begins, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing)
                return;
            if (begins && _work.Due(_newest?.Stored) is { } reason)
            {
                await BeginAsync(Platform, reason, cancellation).ConfigureAwait(false);
            }
            else if (_newest is { Stored.State: JobState.Running, Work.IsCompleted: true } open && !open.Stop.IsCancellationRequested
                && _work.MayGoOn(open.Stored))
            {
                Launch(open);
            }
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Waits until the newest job is paused or over, or nothing is left to do that this node knows of.</summary>
    public async Task<PartitionedJob<TRun, TPart>?> WaitAsync(CancellationToken cancellation)
    {
        while (_newest is { } open)
        {
            await open.Work.WaitAsync(cancellation).ConfigureAwait(false);
            if (!ReferenceEquals(open, _newest))
                continue;
            if (open.Stored.State != JobState.Running || OwnedOf(open).Count == open.Count)
                return open;
            await Task.Delay(LookAgain, _time, cancellation).ConfigureAwait(false);
            await FollowAsync(begins: false, cancellation).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Brings the newest job into another state, if it is in one that allows it.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> TurnAsync(
        JobState to, string action, string actor, string reason, Func<TRun, bool> allows, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        if (_newest is not { } open || !await TurnAsync(open, to, action, actor, reason, allows, cancellation).ConfigureAwait(false))
            return false;
        await open.StopAsync().ConfigureAwait(false);
        if (to == JobState.Running)
            await FollowAsync(begins: false, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Stops working; an open job goes on with the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        // Before the lock: its holder may wait for work that goes on trying until this process closes.
        _closing = true;
        if (_newest is { } working)
            working.IsClosing = true;
        await _beginLock.WaitAsync().ConfigureAwait(false);
        _beginLock.Release();
        if (_newest is not { } open)
            return;
        open.IsClosing = true;
        await open.StopAsync().ConfigureAwait(false);
    }

    private List<int> OwnedOf(PartitionedJob<TRun, TPart> open) => [.. Enumerable.Range(0, open.Count).Where(_work.Owns)];

    /// <summary>Under the begin lock.</summary>
    private async Task<PartitionedJob<TRun, TPart>> BeginAsync(string actor, string reason, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_newest is { } before)
                await before.StopAsync().ConfigureAwait(false);
            try
            {
                await HoldAsync(await _work.MakeAsync(actor, reason, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
                return _newest!;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another node has begun one, or its work went on: look again.
            }
        }
    }

    /// <summary>Works on another job than before. Under the begin lock.</summary>
    private async Task HoldAsync(PartitionedJob<TRun, TPart> next)
    {
        if (_newest is { } before)
            await before.StopAsync().ConfigureAwait(false);
        _newest = next;
        if (next.Stored.State == JobState.Running && !_closing)
            Launch(next);
    }

    private void Launch(PartitionedJob<TRun, TPart> open) => open.Work = Task.Run(() => WorkAsync(open), CancellationToken.None);

    /// <summary>The row alone: the work on it may be what asks.</summary>
    private async Task<bool> TurnAsync(
        PartitionedJob<TRun, TPart> open, JobState to, string action, string actor, string reason, Func<TRun, bool> allows,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await open.WriteLock.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (!allows(open.Stored) || !ReferenceEquals(open, _newest))
                    return false;
                await WriteAsync(open, _work.Turn(open.Stored, to, reason), ActOf(action, actor, reason), [], cancellation)
                    .ConfigureAwait(false);
                return true;
            }
            catch (StoreException) when (attempt < AttemptsMax)
            {
                // Another node has written it, or it was written and the answer got lost: look again.
            }
            finally
            {
                open.WriteLock.Release();
            }

            await ReloadAsync(open).ConfigureAwait(false);
            if (open.Stored.State == to)
                return true;
        }
    }

    /// <summary>Under the row's write lock.</summary>
    private async Task WriteAsync(
        PartitionedJob<TRun, TPart> open, TRun next, ControlAction act, IReadOnlyList<JobKey> summedUp, CancellationToken cancellation)
    {
        await _store.WriteAsync(
            new JobWrites([_kind.WriteOf(next, open.Version, Node, act)]) { SummedUp = summedUp }, cancellation).ConfigureAwait(false);
        open.Written(next);
    }

    [LoggerMessage(2201, LogLevel.Error, "Job {Kind} {Run} failed: {Message}")]
    private static partial void LogFailed(ILogger log, string kind, string run, string message);
}
