using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// Bulk recomputation: a run starts by itself when other rules come into force, or because a person wants one; it can be paused, resumed
/// and cancelled, and goes on after a crash. One run is open at a time, the newest: other rules end it. Each node works on the partitions
/// of the shards that it owns (all of them where it is alone), and the one that finds all of them passed sums them up and ends the run.
/// </summary>
public sealed partial class RecomputationService : IJobs, IAsyncDisposable
{
    private const string NewestKind = "recomputation-newest";
    private const string NewestId = "newest";
    private const string ThrottleKind = "recomputation-throttle";
    private const string ThrottleId = "throttle";
    private const string Platform = "platform";
    private const int AttemptsMax = 8;

    /// <summary>Runs kept that are over (I13).</summary>
    private const int EndedMax = 1000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;
    private readonly CheckLatency _latency;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly string _node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly SemaphoreSlim _beginLock = new(1, 1);
    private volatile OpenRun? _newest;
    private volatile RecomputationThrottle _throttle;
    private volatile bool _closing;

    internal RecomputationService(
        IStore store, LocalSubjects subjects, RulesInForce rules, CheckLatency latency, EngineOptions options, TimeProvider time,
        StoreFaultLog faults, ILogger log)
    {
        _latency = latency;
        _store = store;
        _subjects = subjects;
        _rules = rules;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
        var bounds = options.Recomputation;
        _throttle = new RecomputationThrottle(bounds.CpuShareMax, bounds.SubjectsPerSecondMax, bounds.LiveLatencyMsMax);
    }

    /// <summary>How much a run may take; what the options say until somebody sets it.</summary>
    public RecomputationThrottle Throttle => _throttle;

    /// <summary>Sets how much a run may take, for one under way and for those to come, also after a restart.</summary>
    /// <exception cref="ArgumentException">A number is out of its bounds.</exception>
    /// <exception cref="WriteConflictException">Another caller has set it meanwhile.</exception>
    public async Task SetThrottleAsync(RecomputationThrottle throttle, string actor, string reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(throttle);
        if (!throttle.IsValid)
            throw new ArgumentException("A share above 0 and at most 1, no negative bound, a latency above 0.", nameof(throttle));
        var known = await _store.Control.FindAsync(ThrottleKind, ThrottleId, cancellation).ConfigureAwait(false);
        var content = JsonSerializer.Serialize(throttle, RecomputationJson.Default.RecomputationThrottle);
        await _store.Control.WriteAsync(
            [new ControlWrite(ThrottleKind, ThrottleId, known?.Version, content, ActOf("throttle", actor, reason))], cancellation)
            .ConfigureAwait(false);
        _throttle = throttle;
    }

    /// <summary>The newest run with its progress; null before the first.</summary>
    public RecomputationRun? Newest => _newest?.Run;

    public async Task<RecomputationRun?> FindAsync(string id, CancellationToken cancellation) =>
        (await OpenRun.FindAsync(_store.Jobs, id, cancellation).ConfigureAwait(false))?.Run;

    /// <summary>Runs in the order of their start, after a run; the newest as far as this node knows it.</summary>
    public async Task<IReadOnlyList<RecomputationRun>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var newest = Newest;
        return
        [
            .. (await _store.Jobs.ListAsync(OpenRun.Kind, after, limit, cancellation).ConfigureAwait(false))
                .Select(row => row.Key.Id == newest?.Id ? newest : RecomputationRun.FromJson(row.Content)),
        ];
    }

    /// <summary>Starts a run under the rules in force; an open one is cancelled.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public Task<RecomputationRun> StartAsync(string actor, string reason, CancellationToken cancellation) =>
        StartAsync(actor, reason, null, cancellation);

    /// <summary>Likewise; for a command whose first answer was lost.</summary>
    /// <param name="actor">Actor.</param>
    /// <param name="reason">Why.</param>
    /// <param name="since">When the command first came: the newest run is taken for its own if it is the same and not older.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public async Task<RecomputationRun> StartAsync(string actor, string reason, DateTimeOffset? since, CancellationToken cancellation)
    {
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await MadeAsync(actor, reason, since, cancellation).ConfigureAwait(false)
                ?? await BeginAsync(actor, reason, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Stops the newest run where it is. False when it is not running.</summary>
    public Task<bool> PauseAsync(string actor, string reason, CancellationToken cancellation) =>
        TurnAsync(JobState.Paused, "paused", actor, reason, run => run.State == JobState.Running, cancellation);

    /// <summary>Ends the newest run for good. False when it is over.</summary>
    public Task<bool> CancelAsync(string actor, string reason, CancellationToken cancellation) =>
        TurnAsync(JobState.Cancelled, "cancelled", actor, reason, run => run.IsOpen, cancellation);

    /// <summary>
    /// Goes on with the newest run where it was paused, cancelled or failed. False when it is running, finished, or of other rules.
    /// </summary>
    public Task<bool> ResumeAsync(string actor, string reason, CancellationToken cancellation) => TurnAsync(
        JobState.Running, "resumed", actor, reason,
        run => run.State is JobState.Paused or JobState.Cancelled or JobState.Failed
            && run.IsUnder(_rules.Now()),
        cancellation);

    /// <summary>Waits until the newest run is paused or over, or nothing is left to do that this node knows of.</summary>
    public async Task<RecomputationRun?> WaitAsync(CancellationToken cancellation)
    {
        while (_newest is { } open)
        {
            await open.Work.WaitAsync(cancellation).ConfigureAwait(false);
            if (!ReferenceEquals(open, _newest))
                continue;
            if (open.Head.State != JobState.Running || Owned().Count == _store.ShardCount)
                return open.Run;
            await Task.Delay(LookAgain, _time, cancellation).ConfigureAwait(false);
            await FollowAsync(begins: false, cancellation).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>
    /// Whether the newest run, if it is under the rules in force, has passed the subject: its row is then right under them though it may
    /// name others, since rows whose result stays the same are not written.
    /// </summary>
    internal bool Covers(RulesSnapshot now, int shard, SubjectId subject) =>
        _newest is { } open && open.Head.IsUnder(now) && open.Covers(shard, subject.Value);

    /// <summary>Takes up where the store says, and starts a run when other rules are in force than the newest run's.</summary>
    internal Task EnsureAsync(CancellationToken cancellation) => FollowAsync(begins: true, cancellation);

    /// <summary>Likewise, where runs start by themselves; else nothing.</summary>
    internal Task EnsureIfAutomaticAsync(CancellationToken cancellation) =>
        _options.Recomputation.Automatic ? EnsureAsync(cancellation) : Task.CompletedTask;

    /// <summary>Likewise; starts a run by itself only where that is wanted.</summary>
    internal Task FollowAsync(CancellationToken cancellation) => FollowAsync(_options.Recomputation.Automatic, cancellation);

    /// <summary>Takes up the newest run without working on it.</summary>
    internal async Task OpenAsync(CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(ThrottleKind, ThrottleId, cancellation).ConfigureAwait(false) is { } document)
            _throttle = JsonSerializer.Deserialize(document.Content, RecomputationJson.Default.RecomputationThrottle) ?? _throttle;
        _newest = await LoadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Stops working; an open run goes on with the next start.</summary>
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
        await StopAsync(open).ConfigureAwait(false);
    }

    string IJobs.Kind => OpenRun.Kind;

    Task IJobs.FollowAsync(CancellationToken cancellation) => FollowAsync(cancellation);

    JobPartition? IJobs.PartitionOf(StoredJob partition)
    {
        var content = RecomputationPartition.FromJson(partition.Content);
        return new JobPartition(
            partition.Key.Partition, content.IsDone, partition.Node, partition.At, content.After, content.Passed);
    }

    JobStatus IJobs.StatusOf(StoredJob job)
    {
        var run = Newest is { } newest && newest.Id == job.Key.Id ? newest : RecomputationRun.FromJson(job.Content);
        return new JobStatus
        {
            Kind = OpenRun.Kind,
            Id = run.Id,
            State = run.State,
            Actor = run.Actor,
            CreatedAt = job.CreatedAt,
            AskedAt = run.StartedAt,
            EndedAt = run.FinishedAt,
            Done = run.Done,
            Subjects = run.Subjects,
            HeartbeatAt = job.At,
            Error = run.Error,
        };
    }

    async Task<bool> IJobs.TurnAsync(JobTurn turn, string id, string actor, string reason, CancellationToken cancellation) =>
        _newest?.Head.Id == id && await (turn switch
        {
            JobTurn.Pause => PauseAsync(actor, reason, cancellation),
            JobTurn.Resume => ResumeAsync(actor, reason, cancellation),
            _ => CancelAsync(actor, reason, cancellation),
        }).ConfigureAwait(false);

    private async Task<OpenRun?> LoadAsync(CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(NewestKind, NewestId, cancellation).ConfigureAwait(false) is not { } pointer)
            return null;
        var id = JsonSerializer.Deserialize(pointer.Content, RecomputationJson.Default.NewestRun)!.Id;
        return await OpenRun.FindAsync(_store.Jobs, id, cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Recomputation run {id} is missing: restore a backup.", StoreFault.Corrupt);
    }

    /// <summary>
    /// The newest run, taken up as it is stored, if it is what is asked for; null when it is not. Under the begin lock.
    /// </summary>
    private async Task<RecomputationRun?> MadeAsync(
        string actor, string reason, DateTimeOffset? since, CancellationToken cancellation)
    {
        if (since is null || await LoadAsync(cancellation).ConfigureAwait(false) is not { } stored
            || stored.Head.Actor != actor || stored.Head.Reason != reason || stored.Head.StartedAt < since)
            return null;
        if (_newest?.Head.Id != stored.Head.Id)
            await HoldAsync(stored).ConfigureAwait(false);
        return _newest!.Run;
    }

    /// <summary>Under the begin lock.</summary>
    private async Task<RecomputationRun> BeginAsync(string actor, string reason, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_newest is { } before)
                await StopAsync(before).ConfigureAwait(false);
            try
            {
                await HoldAsync(await TryBeginAsync(actor, reason, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
                return _newest!.Run;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another node has begun one, or its work went on: look again.
            }
        }
    }

    private async Task<OpenRun> TryBeginAsync(string actor, string reason, CancellationToken cancellation)
    {
        var pointer = await _store.Control.FindAsync(NewestKind, NewestId, cancellation).ConfigureAwait(false);
        var newest = await LoadAsync(cancellation).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var snapshot = _rules.Now();
        var number = newest is null ? 1 : long.Parse(newest.Head.Id, CultureInfo.InvariantCulture) + 1;
        var subjects = await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
        // Events into an empty store are assessed under these rules as they come: there is nothing to recompute.
        var isEmpty = subjects == 0 && newest is null;
        var run = new RecomputationRun
        {
            Id = number.ToString("D10", CultureInfo.InvariantCulture),
            PolicyVersion = snapshot.Evaluator.Policy.Version,
            Rules = snapshot.Rules,
            Activation = snapshot.Activation,
            Reason = reason,
            Actor = actor,
            State = isEmpty ? JobState.Finished : JobState.Running,
            StartedAt = now,
            FinishedAt = isEmpty ? now : null,
            Subjects = subjects,
            Shards = [.. Enumerable.Repeat(new ShardCursor(null, isEmpty), _store.ShardCount)],
        };
        var parts = isEmpty ? [] : Enumerable.Repeat(new RecomputationPartition(), _store.ShardCount).ToArray();
        var writes = new List<JobWrite>
        {
            new(OpenRun.KeyOf(run.Id), null, run.State.ToString().ToLowerInvariant(), _node, isEmpty, run.ToJson())
            {
                Act = ActOf("started", actor, reason),
            },
        };
        writes.AddRange(parts.Select((part, shard) => OpenRun.PartWriteOf(run.Id, shard, null, part, null)));
        if (newest is { Head.State: not JobState.Finished })
        {
            var (ended, act) = newest.Head.IsOpen
                ? (newest.Run with { State = JobState.Cancelled, FinishedAt = now },
                    ActOf("cancelled", actor, $"run {run.Id} takes its place"))
                : (newest.Run, null);
            writes.Add(newest.WriteOf(ended, _node, act));
        }

        await _store.Jobs.WriteAsync(
            new JobWrites(writes)
            {
                SummedUp = newest is null ? [] : [OpenRun.KeyOf(newest.Head.Id)],
                Retention = new JobRetention(OpenRun.Kind, EndedMax),
                Documents =
                [
                    new ControlWrite(
                        NewestKind, NewestId, pointer?.Version,
                        JsonSerializer.Serialize(new NewestRun(run.Id), RecomputationJson.Default.NewestRun), null),
                ],
            },
            cancellation).ConfigureAwait(false);
        return new OpenRun(run, 1, [.. parts.Select(part => new StoredPart(part, 1, null))]);
    }

    /// <summary>Brings the newest run into another state, if it is in one that allows it.</summary>
    private async Task<bool> TurnAsync(
        JobState to, string action, string actor, string reason, Func<RecomputationRun, bool> allows, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        if (_newest is not { } open || !await TurnAsync(open, to, action, actor, reason, allows, cancellation).ConfigureAwait(false))
            return false;
        await StopAsync(open).ConfigureAwait(false);
        if (to == JobState.Running)
            await FollowAsync(begins: false, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>The row alone: the work on it may be what asks.</summary>
    private async Task<bool> TurnAsync(
        OpenRun open, JobState to, string action, string actor, string reason, Func<RecomputationRun, bool> allows,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await open.WriteLock.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (!allows(open.Head) || !ReferenceEquals(open, _newest))
                    return false;
                var next = open.Head with
                {
                    State = to,
                    FinishedAt = to is JobState.Cancelled or JobState.Failed ? _time.GetUtcNow() : null,
                    Error = to == JobState.Failed ? reason : null,
                };
                await _store.Jobs.WriteAsync(new JobWrites([open.WriteOf(next, _node, ActOf(action, actor, reason))]), cancellation)
                    .ConfigureAwait(false);
                open.Written(next);
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
            if (open.Head.State == to)
                return true;
        }
    }

    private static ControlAction ActOf(string action, string actor, string reason) =>
        new(action, actor, JsonSerializer.Serialize(new Dictionary<string, string> { ["reason"] = reason }));
}
