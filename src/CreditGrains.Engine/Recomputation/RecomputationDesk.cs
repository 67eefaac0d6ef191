using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// Bulk recomputation: a run starts by itself when other rules come into force, or because somebody wants one; it can be paused, resumed
/// and cancelled, and goes on after a crash. One run is open at a time, the newest: other rules end it.
/// </summary>
public sealed partial class RecomputationDesk : IAsyncDisposable
{
    private const string NewestKind = "recomputation-newest";
    private const string NewestId = "newest";
    private const string ThrottleKind = "recomputation-throttle";
    private const string ThrottleId = "throttle";
    private const string Platform = "platform";
    private const int AttemptsMax = 8;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;
    private readonly CheckLatency _latency;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile OpenRun? _newest;
    private volatile RecomputationThrottle _throttle;
    private readonly IClusterHerald? _herald;
    private bool _closing;

    internal RecomputationDesk(
        IStore store, LocalSubjects subjects, RulesInForce rules, CheckLatency latency, EngineOptions options, TimeProvider time,
        StoreFaultLog faults, ILogger log, IClusterHerald? herald = null)
    {
        _latency = latency;
        _herald = herald;
        _store = store;
        _subjects = subjects;
        _rules = rules;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
        var pace = options.Recomputation;
        _throttle = new RecomputationThrottle(pace.CpuShareMax, pace.SubjectsPerSecondMax, pace.LiveLatencyMsMax);
    }

    /// <summary>How much a run may take; what the options say until somebody sets it.</summary>
    public RecomputationThrottle Throttle => _throttle;

    /// <summary>Sets how much a run may take, for one under way and for those to come, also after a restart.</summary>
    /// <exception cref="ArgumentException">A number is out of its bounds.</exception>
    /// <exception cref="WriteConflictException">Somebody else has set it meanwhile.</exception>
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
        await _store.Control.FindAsync(OpenRun.Kind, id, cancellation).ConfigureAwait(false) is { } document
            ? RecomputationRun.FromJson(document.Content) : null;

    /// <summary>Runs in the order of their start, after a run.</summary>
    public async Task<IReadOnlyList<RecomputationRun>> ListAsync(string? after, int limit, CancellationToken cancellation) =>
    [
        .. (await _store.Control.ListAsync(OpenRun.Kind, after, limit, cancellation).ConfigureAwait(false))
            .Select(document => RecomputationRun.FromJson(document.Content)),
    ];

    /// <summary>Starts a run under the rules in force; an open one is cancelled.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public Task<RecomputationRun> StartAsync(string actor, string reason, CancellationToken cancellation) =>
        StartAsync(actor, reason, null, cancellation);

    /// <summary>Likewise; for a command whose first answer was lost.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="since">When the command first came: the newest run is taken for its own if it is the same and not older.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public async Task<RecomputationRun> StartAsync(string actor, string reason, DateTimeOffset? since, CancellationToken cancellation)
    {
        RecomputationRun begun;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            begun = await MadeAsync(actor, reason, since, cancellation).ConfigureAwait(false)
                ?? await BeginAsync(actor, reason, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }

        if (_herald is not null)
            await _herald.WakeRecomputationAsync().ConfigureAwait(false);
        return begun;
    }

    /// <summary>Stops the newest run where it is. False when it is not running.</summary>
    public Task<bool> PauseAsync(string actor, string reason, CancellationToken cancellation) =>
        TurnAsync(RecomputationState.Paused, "paused", actor, reason, run => run.State == RecomputationState.Running, cancellation);

    /// <summary>Ends the newest run for good. False when it is over.</summary>
    public Task<bool> CancelAsync(string actor, string reason, CancellationToken cancellation) =>
        TurnAsync(RecomputationState.Cancelled, "cancelled", actor, reason, run => run.IsOpen, cancellation);

    /// <summary>
    /// Goes on with the newest run where it was paused, cancelled or failed. False when it is running, finished, or of other rules.
    /// </summary>
    public Task<bool> ResumeAsync(string actor, string reason, CancellationToken cancellation) => TurnAsync(
        RecomputationState.Running, "resumed", actor, reason,
        run => run.State is RecomputationState.Paused or RecomputationState.Cancelled or RecomputationState.Failed
            && run.IsUnder(_rules.Now()),
        cancellation);

    /// <summary>Waits until the newest run is paused or over.</summary>
    public async Task<RecomputationRun?> WaitAsync(CancellationToken cancellation)
    {
        while (_newest is { } open)
        {
            if (_herald is not null)
            {
                if (open.Run.State != RecomputationState.Running)
                    return open.Run;
                await Task.Delay(LookAgain, _time, cancellation).ConfigureAwait(false);
                await FollowAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            await open.Work.WaitAsync(cancellation).ConfigureAwait(false);
            if (ReferenceEquals(open, _newest))
                return open.Run;
        }

        return null;
    }

    /// <summary>
    /// Whether the newest run, if it is under the rules in force, has passed the subject: its row is then right under them though it may
    /// name others, since rows whose result stays the same are not written.
    /// </summary>
    internal bool Covers(Moment now, int shard, SubjectId subject)
    {
        if (_newest is not { } open || open.Run is not { } run || !run.IsUnder(now) || !run.Shards[shard].Covers(subject.Value))
            return false;
        foreach (var poison in run.Poison)
        {
            if (poison.Subject == subject.Value)
                return false;
        }

        return true;
    }

    /// <summary>Takes up where the store says, and starts a run when other rules are in force than the newest run's.</summary>
    internal async Task EnsureAsync(CancellationToken cancellation)
    {
        if (_newest is { } known && known.Run.IsUnder(_rules.Now())
            && (known.Run.State != RecomputationState.Running || !known.Work.IsCompleted))
            return;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing)
                return;
            _newest ??= await LoadAsync(cancellation).ConfigureAwait(false);
            if (_newest is { } newest && newest.Run.IsUnder(_rules.Now()))
            {
                if (newest.Run.State == RecomputationState.Running && newest.Work.IsCompleted)
                    Launch(newest);
                return;
            }

            var reason = _newest is null ? "first start on this store" : "other rules are in force";
            await BeginAsync(Platform, reason, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

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
        await _one.WaitAsync().ConfigureAwait(false);
        _closing = true;
        _one.Release();
        if (_newest is not { } open)
            return;
        open.IsClosing = true;
        await open.Stop.CancelAsync().ConfigureAwait(false);
        await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<OpenRun?> LoadAsync(CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(NewestKind, NewestId, cancellation).ConfigureAwait(false) is not { } pointer)
            return null;
        var id = JsonSerializer.Deserialize(pointer.Content, RecomputationJson.Default.NewestRun)!.Id;
        var document = await _store.Control.FindAsync(OpenRun.Kind, id, cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Recomputation run {id} is missing: restore a backup.", StoreFault.Corrupt);
        return new OpenRun(RecomputationRun.FromJson(document.Content), document.Version, _time);
    }

    /// <summary>Under the one.</summary>
    /// <summary>The newest run, taken up as it is stored, if it is what is asked for; null when it is not.</summary>
    private async Task<RecomputationRun?> MadeAsync(
        string actor, string reason, DateTimeOffset? since, CancellationToken cancellation)
    {
        if (since is null || await LoadAsync(cancellation).ConfigureAwait(false) is not { } stored
            || stored.Run.Actor != actor || stored.Run.Reason != reason || stored.Run.StartedAt < since)
            return null;
        if (_newest?.Run.Id == stored.Run.Id)
            return _newest.Run;
        if (_newest is { } before)
        {
            await before.Stop.CancelAsync().ConfigureAwait(false);
            await before.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _newest = stored;
        if (stored.Run.State == RecomputationState.Running && !_closing)
            Launch(stored);
        return stored.Run;
    }

    private async Task<RecomputationRun> BeginAsync(string actor, string reason, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_newest is { } before)
            {
                await before.Stop.CancelAsync().ConfigureAwait(false);
                await before.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            try
            {
                var begun = await TryBeginAsync(actor, reason, cancellation).ConfigureAwait(false);
                _newest = begun;
                if (begun.Run.State == RecomputationState.Running && !_closing)
                    Launch(begun);
                return begun.Run;
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
        var moment = _rules.Now();
        var number = newest is null ? 1 : long.Parse(newest.Run.Id, CultureInfo.InvariantCulture) + 1;
        var subjects = await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
        // What an empty store gets from now on is assessed under these rules as it comes.
        var isEmpty = subjects == 0 && newest is null;
        var run = new RecomputationRun
        {
            Id = number.ToString("D10", CultureInfo.InvariantCulture),
            PolicyVersion = moment.Evaluator.Policy.Version,
            Rules = moment.Rules,
            Activation = moment.Activation,
            Reason = reason,
            Actor = actor,
            State = isEmpty ? RecomputationState.Finished : RecomputationState.Running,
            StartedAt = now,
            FinishedAt = isEmpty ? now : null,
            Subjects = subjects,
            Shards = [.. Enumerable.Repeat(new ShardCursor(null, isEmpty), _store.ShardCount)],
        };
        var writes = new List<ControlWrite>
        {
            new(OpenRun.Kind, run.Id, null, run.ToJson(), ActOf("started", actor, reason)),
            new(NewestKind, NewestId, pointer?.Version,
                JsonSerializer.Serialize(new NewestRun(run.Id), RecomputationJson.Default.NewestRun), null),
        };
        if (newest is { Run.IsOpen: true })
        {
            var ended = newest.Run with { State = RecomputationState.Cancelled, FinishedAt = now };
            writes.Add(newest.WriteOf(ended, ActOf("cancelled", actor, $"run {run.Id} takes its place")));
        }

        await _store.Control.WriteAsync(writes, cancellation).ConfigureAwait(false);
        return new OpenRun(run, 1, _time);
    }

    private void Launch(OpenRun open) =>
        open.Work = Task.Run(() => _herald is null ? WorkAsync(open) : WorkOnPartsAsync(open), CancellationToken.None);

    private async Task WorkAsync(OpenRun open)
    {
        var stop = open.Stop.Token;
        open.Begin();
        using var pace = NewPace();
        for (var pauseMs = 10; !stop.IsCancellationRequested; pauseMs = Math.Min(pauseMs * 2, _options.RetryPauseMsMax))
        {
            try
            {
                if (open.Run.State != RecomputationState.Running || !open.Run.IsUnder(_rules.Now()))
                    return;
                await new Recomputer(_store, _subjects, _rules, _options, _time, _faults, open, () => _throttle, pace)
                    .PassAsync(stop).ConfigureAwait(false);
                // Rows whose date had come were left to it.
                await _subjects.SweepAsync().ConfigureAwait(false);
                await FinishAsync(open).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RecomputationFailedException failure)
            {
                Failed(_log, open.Run.Id, failure.Message);
                await TurnAsync(
                    RecomputationState.Failed, "failed", Platform, failure.Message, run => run.State == RecomputationState.Running,
                    CancellationToken.None, waits: false).ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                _faults.Say("A recomputation waits and goes on", fault);
            }

            await Task.Delay(pauseMs, CancellationToken.None).ConfigureAwait(false);
            await ReloadAsync(open).ConfigureAwait(false);
        }
    }

    private RecomputationPace NewPace() => new(_options.Recomputation, () => _throttle, _latency, _time);

    /// <summary>After a failure of unknown outcome, or when somebody else has written: goes on from what is stored.</summary>
    private async Task ReloadAsync(OpenRun open)
    {
        await open.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (await _store.Control.FindAsync(OpenRun.Kind, open.Run.Id, CancellationToken.None).ConfigureAwait(false) is { } stored)
                open.Take(RecomputationRun.FromJson(stored.Content), stored.Version);
        }
        catch (StoreException fault)
        {
            _faults.Say("A recomputation waits and goes on", fault);
        }
        finally
        {
            open.Gate.Release();
        }
    }

    private async Task FinishAsync(OpenRun open)
    {
        await open.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            var finished = open.Timed() with { State = RecomputationState.Finished, FinishedAt = _time.GetUtcNow() };
            if (open.Run.State != RecomputationState.Running)
                return;
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
            await _store.Control.WriteAsync([open.WriteOf(finished, ActOf("finished", Platform, data))], CancellationToken.None)
                .ConfigureAwait(false);
            open.Written(finished);
        }
        finally
        {
            open.Gate.Release();
        }
    }

    /// <summary>Brings the newest run into another state, if it is in one that allows it.</summary>
    private async Task<bool> TurnAsync(
        RecomputationState to, string action, string actor, string reason, Func<RecomputationRun, bool> allows,
        CancellationToken cancellation, bool waits = true)
    {
        if (_herald is not null)
            await RefreshAsync(cancellation).ConfigureAwait(false);
        if (_newest is not { } open)
            return false;
        for (var attempt = 1; ; attempt++)
        {
            await open.Gate.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (!allows(open.Run) || !ReferenceEquals(open, _newest))
                    return false;
                var over = to is RecomputationState.Cancelled or RecomputationState.Failed;
                var next = open.Run with
                {
                    State = to,
                    FinishedAt = over ? _time.GetUtcNow() : null,
                    Error = to == RecomputationState.Failed ? reason : null,
                };
                await _store.Control.WriteAsync([open.WriteOf(next, ActOf(action, actor, reason))], cancellation).ConfigureAwait(false);
                open.Written(next);
                break;
            }
            catch (StoreException) when (attempt < AttemptsMax)
            {
                // Somebody else has written it, or it was written and the answer got lost: look again.
            }
            finally
            {
                open.Gate.Release();
            }

            await ReloadAsync(open).ConfigureAwait(false);
            if (open.Run.State == to)
                break;
        }

        if (to == RecomputationState.Running)
        {
            await ReopenAsync(open, cancellation).ConfigureAwait(false);
            if (_herald is not null)
                await _herald.WakeRecomputationAsync().ConfigureAwait(false);
        }
        else
        {
            await open.Stop.CancelAsync().ConfigureAwait(false);
            if (waits)
                await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    /// <summary>A stopped run is worked on through a new hold on it.</summary>
    private async Task ReopenAsync(OpenRun open, CancellationToken cancellation)
    {
        await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing || !ReferenceEquals(open, _newest))
                return;
            var again = new OpenRun(open.Run, open.Version, _time);
            _newest = again;
            Launch(again);
        }
        finally
        {
            _one.Release();
        }
    }

    private static ControlAct ActOf(string action, string actor, string reason) =>
        new(action, actor, JsonSerializer.Serialize(new Dictionary<string, string> { ["reason"] = reason }));

    [LoggerMessage(2201, LogLevel.Error, "Recomputation run {Run} has failed: {Message}")]
    private static partial void Failed(ILogger log, string run, string message);
}
