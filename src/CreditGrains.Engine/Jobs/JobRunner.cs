using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Jobs;

/// <summary>
/// Makes jobs of one kind that outlive the request that asked for them, one at a time on a node, and tells of all that are kept,
/// whichever node makes them. Rows are claimed, stepped and ended by compare-and-swap: a process that was only slow, or a person on
/// another node, decides nothing twice. Each write is a heartbeat. A job whose node has been silent for a while is interrupted, and is
/// made again on request; one of a kind that makes durable steps is taken over by another node and goes on from the last of them.
/// </summary>
public sealed partial class JobRunner<TRun> : IJobs, IAsyncDisposable
    where TRun : JobRun
{
    private const string Silent = "The node that made it is gone. Start it again.";
    private const string Stopped = "The node that made it was stopped. Start it again.";
    private const int AttemptsMax = 8;
    private const int InsistMax = 20;
    private const int OpenNodesMax = 256;

    private readonly JobKind<TRun> _kind;
    private readonly IJobStore _store;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>>? _resume;
    private readonly string _node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly ConcurrentDictionary<string, JobHold<TRun>> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _beginLock = new(1, 1);
    private volatile bool _closing;
    private volatile bool _abandoned;

    /// <param name="kind">Name, form and bounds.</param>
    /// <param name="store">The rows.</param>
    /// <param name="options">Heartbeats and silence.</param>
    /// <param name="time">The clock.</param>
    /// <param name="faults">For faults that pass.</param>
    /// <param name="log">For failures.</param>
    /// <param name="resume">
    /// Makes a job from what is stored of it, beginning at its cursor (<see cref="JobHold{TRun}.Cursor"/>); null for a kind whose jobs
    /// cannot be taken over.
    /// </param>
    internal JobRunner(
        JobKind<TRun> kind, IJobStore store, EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log,
        Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>>? resume = null)
    {
        _resume = resume;
        _kind = kind;
        _store = store;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
    }

    public string Kind => _kind.Name;

    /// <summary>Those that wait or run on this node.</summary>
    public int OpenCount => _open.Count;

    /// <summary>How many of one person's wait or run on this node.</summary>
    public int OpenOf(string actor) => _open.Values.Count(hold => hold.Stored.Actor == actor);

    /// <summary>Asks for one; one of that id that is over is made again, and what it had found is gone.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="work">Makes it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="given">Pieces that it works on: kept before its findings.</param>
    /// <returns>Null while too many wait or run, or when one of that id is under way or has changed meanwhile.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task<TRun?> BeginAsync(
        TRun asked, Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>> work, CancellationToken cancellation,
        IReadOnlyList<byte[]>? given = null)
    {
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing || _open.Count >= _kind.OpenMax)
                return null;
            var known = await RowsAsync(cancellation).ConfigureAwait(false);
            foreach (var job in known.Where(job => job.EndedAt is null))
                await NoteSilenceAsync(job, cancellation).ConfigureAwait(false);
            var open = known.Count(job => Shown(job).IsOpen);
            var before = known.FirstOrDefault(job => job.Key.Id == asked.Id) is { } row
                ? await _store.FindAsync(row.Key, cancellation).ConfigureAwait(false) : null;
            if (open >= _kind.KeptMax || (before is not null && Shown(before).IsOpen))
                return null;
            var attempt = before is null ? 1 : _kind.Read(before).Attempt + 1;
            var run = With(asked, job => job with
            {
                State = JobState.Queued, AskedAt = _time.GetUtcNow(), Attempt = attempt, Parts = given?.Count ?? 0,
            });
            await _store.WriteAsync(
                new JobWrites([_kind.WriteOf(run, before?.Version, _node, _kind.ActOf(attempt == 1 ? "asked" : "started", run.Actor, run))])
                {
                    Results = new JobResults(_kind.Name, run.Id, given ?? []),
                    Retention = before is null ? new JobRetention(_kind.Name, _kind.KeptMax - 1 - open) : null,
                },
                cancellation).ConfigureAwait(false);
            Launch(run, (before?.Version ?? 0) + 1, work);
            return run;
        }
        catch (WriteConflictException)
        {
            return null;
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>How one stands; null when it is not known, or not any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<TRun?> FindAsync(string id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(id);
        return await ReadAsync(id, cancellation).ConfigureAwait(false) is { } job ? Shown(job) : null;
    }

    /// <summary>All that are kept, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<TRun>> ListAsync(CancellationToken cancellation) =>
    [
        .. (await RowsAsync(cancellation).ConfigureAwait(false)).Select(Shown)
            .OrderByDescending(run => run.AskedAt).ThenBy(run => run.Id, StringComparer.Ordinal),
    ];

    /// <summary>Findings of a finished run, in pieces; null when it has been removed meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<byte[]>?> ResultsAsync(TRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        var pieces = new List<byte[]>(run.Parts);
        for (var number = 0; number < run.Parts; number++)
        {
            if (await _store.ResultAsync(_kind.Name, run.Id, number, cancellation).ConfigureAwait(false) is not { } piece)
                return null;
            pieces.Add(piece);
        }

        return pieces;
    }

    /// <summary>Ends one for good, on whichever node it is; one that is over stays as it is. Null when it is not known.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<TRun?> CancelAsync(string id, string actor, CancellationToken cancellation) =>
        TurnAsync(id, JobState.Cancelled, "cancelled", actor, run => run.IsOpen, cancellation);

    /// <summary>Holds one that is running where it is; it keeps its turn, so that those behind it wait too.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<TRun?> PauseAsync(string id, string actor, CancellationToken cancellation) =>
        TurnAsync(id, JobState.Paused, "paused", actor, run => run.State == JobState.Running, cancellation);

    /// <summary>Lets one that is paused go on.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<TRun?> ResumeAsync(string id, string actor, CancellationToken cancellation) =>
        TurnAsync(id, JobState.Running, "resumed", actor, run => run.State == JobState.Paused, cancellation);

    JobPartition? IJobs.PartitionOf(StoredJob partition) => null;

    JobStatus IJobs.StatusOf(StoredJob job)
    {
        var run = Shown(job);
        return new JobStatus
        {
            Kind = Kind,
            Id = run.Id,
            State = run.State,
            Actor = run.Actor,
            CreatedAt = job.CreatedAt,
            AskedAt = run.AskedAt,
            EndedAt = run.EndedAt,
            Done = run.Done,
            Subjects = run.Subjects,
            Node = job.Node,
            HeartbeatAt = job.At,
            Error = run.Error,
        };
    }

    async Task<bool> IJobs.TurnAsync(JobTurn turn, string id, string actor, string reason, CancellationToken cancellation) => turn switch
    {
        JobTurn.Pause => await PauseAsync(id, actor, cancellation).ConfigureAwait(false) is { State: JobState.Paused },
        JobTurn.Resume => await ResumeAsync(id, actor, cancellation).ConfigureAwait(false) is { State: JobState.Running },
        _ => await CancelAsync(id, actor, cancellation).ConfigureAwait(false) is { State: JobState.Cancelled },
    };

    /// <summary>Completes when this node is done with one; at once when it is not at it.</summary>
    public Task WaitAsync(string id) => _open.GetValueOrDefault(id)?.Work ?? Task.CompletedTask;

    /// <summary>Those under way are interrupted: another process may make them again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing)
            return;
        _closing = true;
        await _beginLock.WaitAsync().ConfigureAwait(false);
        _beginLock.Release();
        foreach (var hold in _open.Values)
            hold.IsClosing = true;
        await Task.WhenAll(_open.Values.Select(hold => hold.StopAsync())).ConfigureAwait(false);
        _turn.Dispose();
        _beginLock.Dispose();
    }

    /// <summary>Stops as a crash would, without a word in the store; for tests.</summary>
    internal ValueTask AbandonAsync()
    {
        _abandoned = true;
        return DisposeAsync();
    }

    private static TRun With(TRun run, Func<JobRun, JobRun> change) => (TRun)change(run);

    /// <summary>Brings one into another state where its state allows it; else it stays as it is.</summary>
    private async Task<TRun?> TurnAsync(
        string id, JobState to, string action, string actor, Func<TRun, bool> allows, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(id, cancellation).ConfigureAwait(false) is not { } job)
                return null;
            var run = Shown(job);
            if (!allows(run))
                return run;
            var ended = to == JobState.Cancelled ? _time.GetUtcNow() : (DateTimeOffset?)null;
            var next = With(run, each => each with { State = to, EndedAt = ended });
            try
            {
                await _store.WriteAsync(
                    new JobWrites([_kind.WriteOf(next, job.Version, job.Node, _kind.ActOf(action, actor, next))]), cancellation)
                    .ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                continue;
            }

            if (_open.TryGetValue(id, out var hold))
            {
                if (to == JobState.Cancelled)
                    await hold.StopAsync().ConfigureAwait(false);
                else
                    await BeatAsync(hold).ConfigureAwait(false);
            }

            return next;
        }
    }

    private void Launch(TRun run, long version, Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>> work)
    {
        var hold = new JobHold<TRun>(run, version, StepAsync, _time);
        _open[run.Id] = hold;
        hold.Work = Task.Run(() => WorkAsync(hold, work), CancellationToken.None);
    }

    private async Task WorkAsync(JobHold<TRun> hold, Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>> work)
    {
        using var over = new CancellationTokenSource();
        var beats = Task.Run(() => BeatsAsync(hold, over.Token), CancellationToken.None);
        try
        {
            await EndAsync(hold, await MakeAsync(hold, work).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _open.TryRemove(hold.Stored.Id, out _);
            hold.Dispose();
        }
    }

    /// <summary>How it ended, and what it found.</summary>
    private async Task<JobOutcome> MakeAsync(
        JobHold<TRun> hold, Func<JobHold<TRun>, CancellationToken, Task<JobOutcome>> work)
    {
        try
        {
            await _turn.WaitAsync(hold.Stop.Token).ConfigureAwait(false);
            try
            {
                hold.Begin();
                await InsistAsync(
                    hold,
                    run => run with
                    {
                        State = run.State == JobState.Paused ? JobState.Paused : JobState.Running,
                        StartedAt = run.StartedAt ?? _time.GetUtcNow(),
                    },
                    null).ConfigureAwait(false);
                await hold.GoOnAsync(hold.Stop.Token).ConfigureAwait(false);
                return await work(hold, hold.Stop.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return hold.IsClosing ? JobOutcome.Of(JobState.Interrupted, Stopped) : JobOutcome.Of(JobState.Cancelled, null);
        }
        catch (StoreException fault)
        {
            _faults.LogStoreFault($"Job {_kind.Name} failed", fault);
            return JobOutcome.Of(JobState.Failed, fault.Message);
        }
#pragma warning disable CA1031 // any exception fails this job and no other
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(_log, fault, _kind.Name, hold.Stored.Id);
            return JobOutcome.Of(JobState.Failed, Domain.Errors.ErrorCatalogue.Internal.Sentence.In("en"));
        }
    }

    [LoggerMessage(2301, LogLevel.Error, "Job {Kind} {Run} failed")]
    private static partial void LogFailed(ILogger log, Exception fault, string kind, string run);
}
