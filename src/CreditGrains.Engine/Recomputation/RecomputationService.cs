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
using OpenRun = CreditGrains.Engine.Jobs.PartitionedJob<
    CreditGrains.Engine.Recomputation.RecomputationRun, CreditGrains.Engine.Recomputation.RecomputationPartition>;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// Bulk recomputation: a run starts by itself when other rules come into force, or because a person wants one; it can be paused, resumed
/// and cancelled, and goes on after a crash. Runs are jobs with a partition a shard (<see cref="PartitionedJobRunner{TRun,TPart}"/>): each
/// node works on those of the shards that it owns, and other rules end the run.
/// </summary>
public sealed class RecomputationService : IJobs, IPartitionedWork<RecomputationRun, RecomputationPartition>, IAsyncDisposable
{
    private const string NewestKind = "recomputation-newest";
    private const string NewestId = "newest";
    private const string ThrottleKind = "recomputation-throttle";
    private const string ThrottleId = "throttle";

    /// <summary>Runs kept that are over (I13).</summary>
    private const int EndedMax = 1000;

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;
    private readonly CheckLatency _latency;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly PartitionedJobRunner<RecomputationRun, RecomputationPartition> _runner;
    private volatile RecomputationThrottle _throttle;

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
        _runner = new PartitionedJobRunner<RecomputationRun, RecomputationPartition>(
            RecomputationJob.Kind, this, store.Jobs, options, time, faults, log);
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
    public RecomputationRun? Newest => _runner.Newest?.Run;

    public async Task<RecomputationRun?> FindAsync(string id, CancellationToken cancellation) =>
        (await RecomputationJob.Kind.FindAsync(_store.Jobs, id, cancellation).ConfigureAwait(false))?.Run;

    /// <summary>Runs in the order of their start, after a run; the newest as far as this node knows it.</summary>
    public async Task<IReadOnlyList<RecomputationRun>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var newest = Newest;
        return
        [
            .. (await _store.Jobs.ListAsync(RecomputationJob.Name, after, limit, cancellation).ConfigureAwait(false))
                .Select(row => row.Key.Id == newest?.Id ? newest : RecomputationJob.Kind.Read(row.Content)),
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
    public async Task<RecomputationRun> StartAsync(
        string actor, string reason, DateTimeOffset? since, CancellationToken cancellation) =>
        (await _runner.StartAsync(
            actor, reason, newest => newest.Actor == actor && newest.Reason == reason && newest.StartedAt >= since, cancellation)
            .ConfigureAwait(false)).Run;

    /// <summary>Stops the newest run where it is. False when it is not running.</summary>
    public Task<bool> PauseAsync(string actor, string reason, CancellationToken cancellation) =>
        _runner.TurnAsync(JobState.Paused, "paused", actor, reason, run => run.State == JobState.Running, cancellation);

    /// <summary>Ends the newest run for good. False when it is over.</summary>
    public Task<bool> CancelAsync(string actor, string reason, CancellationToken cancellation) =>
        _runner.TurnAsync(JobState.Cancelled, "cancelled", actor, reason, run => run.IsOpen, cancellation);

    /// <summary>
    /// Goes on with the newest run where it was paused, cancelled or failed. False when it is running, finished, or of other rules.
    /// </summary>
    public Task<bool> ResumeAsync(string actor, string reason, CancellationToken cancellation) => _runner.TurnAsync(
        JobState.Running, "resumed", actor, reason,
        run => run.State is JobState.Paused or JobState.Cancelled or JobState.Failed
            && run.IsUnder(_rules.Now()),
        cancellation);

    /// <summary>Waits until the newest run is paused or over, or nothing is left to do that this node knows of.</summary>
    public async Task<RecomputationRun?> WaitAsync(CancellationToken cancellation) =>
        (await _runner.WaitAsync(cancellation).ConfigureAwait(false))?.Run;

    /// <summary>
    /// Whether the newest run, if it is under the rules in force, has passed the subject: its row is then right under them though it may
    /// name others, since rows whose result stays the same are not written.
    /// </summary>
    internal bool Covers(RulesSnapshot now, int shard, SubjectId subject) =>
        _runner.Newest is { } open && open.Stored.IsUnder(now) && open.Covers(shard, subject.Value);

    /// <summary>Takes up where the store says, and starts a run when other rules are in force than the newest run's.</summary>
    internal Task EnsureAsync(CancellationToken cancellation) => _runner.FollowAsync(begins: true, cancellation);

    /// <summary>Likewise, where runs start by themselves; else nothing.</summary>
    internal Task EnsureIfAutomaticAsync(CancellationToken cancellation) =>
        _options.Recomputation.Automatic ? EnsureAsync(cancellation) : Task.CompletedTask;

    /// <summary>Likewise; starts a run by itself only where that is wanted.</summary>
    internal Task FollowAsync(CancellationToken cancellation) =>
        _runner.FollowAsync(_options.Recomputation.Automatic, cancellation);

    /// <summary>Takes up the newest run without working on it.</summary>
    internal async Task OpenAsync(CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(ThrottleKind, ThrottleId, cancellation).ConfigureAwait(false) is { } document)
            _throttle = JsonSerializer.Deserialize(document.Content, RecomputationJson.Default.RecomputationThrottle) ?? _throttle;
        await _runner.OpenAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Stops working; an open run goes on with the next start.</summary>
    public ValueTask DisposeAsync() => _runner.DisposeAsync();

    string IJobs.Kind => RecomputationJob.Name;

    Task IJobs.FollowAsync(CancellationToken cancellation) => FollowAsync(cancellation);

    JobPartition? IJobs.PartitionOf(StoredJob partition)
    {
        var content = RecomputationJob.Kind.ReadPart(partition.Content);
        return new JobPartition(
            partition.Key.Partition, content.IsDone, partition.Node, partition.At, content.After, content.Passed);
    }

    JobStatus IJobs.StatusOf(StoredJob job)
    {
        var run = Newest is { } newest && newest.Id == job.Key.Id ? newest : RecomputationJob.Kind.Read(job.Content);
        return new JobStatus
        {
            Kind = RecomputationJob.Name,
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
        _runner.Newest?.Stored.Id == id && await (turn switch
        {
            JobTurn.Pause => PauseAsync(actor, reason, cancellation),
            JobTurn.Resume => ResumeAsync(actor, reason, cancellation),
            _ => CancelAsync(actor, reason, cancellation),
        }).ConfigureAwait(false);

    bool IPartitionedWork<RecomputationRun, RecomputationPartition>.IsStopping => _subjects.IsStopping;

    bool IPartitionedWork<RecomputationRun, RecomputationPartition>.Owns(int partition) => _subjects.Owns(partition);

    bool IPartitionedWork<RecomputationRun, RecomputationPartition>.MayGoOn(RecomputationRun run) => run.IsUnder(_rules.Now());

    string? IPartitionedWork<RecomputationRun, RecomputationPartition>.Due(RecomputationRun? newest) =>
        newest is null ? "first start on this store" : newest.IsUnder(_rules.Now()) ? null : "other rules are in force";

    Task<OpenRun?> IPartitionedWork<RecomputationRun, RecomputationPartition>.LoadAsync(CancellationToken cancellation) =>
        LoadAsync(cancellation);

    /// <summary>Passes the shards that this node owns.</summary>
    async Task IPartitionedWork<RecomputationRun, RecomputationPartition>.PassAsync(
        OpenRun job, IReadOnlyList<int> partitions, CancellationToken stop)
    {
        if (partitions.Count > 0)
        {
            using var gate = new AdaptiveThrottle(_options.Recomputation, () => _throttle, _latency, _time);
            await new Recomputer(_store, _subjects, _rules, _options, _time, _faults, job, partitions, _runner, () => _throttle, gate)
                .PassAsync(stop).ConfigureAwait(false);
        }

        // Rows whose date had come were left to it.
        if (partitions.Count > 0 || job.IsPassed)
            await _subjects.SweepAsync().ConfigureAwait(false);
    }

    RecomputationRun IPartitionedWork<RecomputationRun, RecomputationPartition>.Turn(
        RecomputationRun run, JobState to, string reason) => run with
    {
        State = to,
        FinishedAt = to is JobState.Cancelled or JobState.Failed ? _time.GetUtcNow() : null,
        Error = to == JobState.Failed ? reason : null,
    };

    /// <summary>Sums the partitions up and signs what they come to.</summary>
    (RecomputationRun Run, string About) IPartitionedWork<RecomputationRun, RecomputationPartition>.Finish(OpenRun job)
    {
        var finished = job.Run with { State = JobState.Finished, FinishedAt = _time.GetUtcNow() };
        var content = finished.SignedContent();
        var signer = _options.Recomputation.Signer?.Current;
        finished = finished with
        {
            Summary = new RecomputationSummary(
                Convert.ToHexStringLower(SHA256.HashData(content)), signer?.KeyId,
                signer is null ? null : Convert.ToBase64String(signer.Sign(content))),
        };
        return (finished, $"{finished.Done} subjects, {finished.Written} written, {finished.GradesChanged} grades changed, "
            + $"{finished.Poison.Count} set aside");
    }

    private async Task<OpenRun?> LoadAsync(CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(NewestKind, NewestId, cancellation).ConfigureAwait(false) is not { } pointer)
            return null;
        var id = JsonSerializer.Deserialize(pointer.Content, RecomputationJson.Default.NewestRun)!.Id;
        return await RecomputationJob.Kind.FindAsync(_store.Jobs, id, cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Recomputation run {id} is missing: restore a backup.", StoreFault.Corrupt);
    }

    async Task<OpenRun> IPartitionedWork<RecomputationRun, RecomputationPartition>.MakeAsync(
        string actor, string reason, CancellationToken cancellation)
    {
        var pointer = await _store.Control.FindAsync(NewestKind, NewestId, cancellation).ConfigureAwait(false);
        var newest = await LoadAsync(cancellation).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var snapshot = _rules.Now();
        var number = newest is null ? 1 : long.Parse(newest.Stored.Id, CultureInfo.InvariantCulture) + 1;
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
        var writes = new List<JobWrite> { RecomputationJob.Kind.WriteOf(run, null, _runner.Node, ActOf("started", actor, reason)) };
        writes.AddRange(parts.Select((part, shard) => RecomputationJob.Kind.WriteOf(run.Id, shard, null, part, null)));
        if (newest is { Stored.State: not JobState.Finished })
        {
            var (ended, act) = newest.Stored.IsOpen
                ? (newest.Run with { State = JobState.Cancelled, FinishedAt = now },
                    ActOf("cancelled", actor, $"run {run.Id} takes its place"))
                : (newest.Run, null);
            writes.Add(RecomputationJob.Kind.WriteOf(ended, newest.Version, _runner.Node, act));
        }

        await _store.Jobs.WriteAsync(
            new JobWrites(writes)
            {
                SummedUp = newest is null ? [] : [RecomputationJob.Kind.KeyOf(newest.Stored.Id)],
                Retention = new JobRetention(RecomputationJob.Name, EndedMax),
                Documents =
                [
                    new ControlWrite(
                        NewestKind, NewestId, pointer?.Version,
                        JsonSerializer.Serialize(new NewestRun(run.Id), RecomputationJson.Default.NewestRun), null),
                ],
            },
            cancellation).ConfigureAwait(false);
        return new OpenRun(run, 1, [.. parts.Select(part => new StoredPartition<RecomputationPartition>(part, 1, null))]);
    }

    private static ControlAction ActOf(string action, string actor, string reason) =>
        PartitionedJobRunner<RecomputationRun, RecomputationPartition>.ActOf(action, actor, reason);
}
