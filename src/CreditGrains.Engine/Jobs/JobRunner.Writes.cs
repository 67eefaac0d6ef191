using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

// The rows: heartbeats, ends, and what is seen of jobs of other nodes.
public sealed partial class JobRunner<TRun>
{
    /// <summary>Renews the heartbeat and the progress; ends the work when another node has decided about the job.</summary>
    private async Task BeatsAsync(JobHold<TRun> hold, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.JobBeatMs), _time, over).ConfigureAwait(false);
            if (!await BeatAsync(hold).ConfigureAwait(false))
                return;
        }
    }

    /// <returns>False once the job is not this process's any more.</returns>
    private async Task<bool> BeatAsync(JobHold<TRun> hold)
    {
        try
        {
            await WriteAsync(hold, run => run, null).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await hold.Stop.CancelAsync().ConfigureAwait(false);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The job has just ended.
            return false;
        }
        catch (Exception fault)
        {
            // Without a heartbeat another node would take a job that goes on for interrupted: the next one tries again.
            _faults.LogStoreFault($"Heartbeat of job {_kind.Name} failed; retrying", fault);
        }

        return true;
    }

    private async Task EndAsync(JobHold<TRun> hold, JobOutcome outcome)
    {
        var isLeft = outcome.State == JobState.Interrupted && _resume is not null;
        try
        {
            await InsistAsync(
                hold,
                run => isLeft
                    ? run with { State = run.State == JobState.Paused ? JobState.Paused : JobState.Queued }
                    : run with
                    {
                        State = outcome.State,
                        Error = outcome.Error,
                        EndedAt = _time.GetUtcNow(),
                        Parts = run.Parts + outcome.Pieces.Count,
                    },
                run => new JobResults(_kind.Name, run.Id, outcome.Pieces) { From = run.Parts }, isLeft).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Another process or person has decided about it, or an earlier try got through.
        }
        catch (StoreException fault)
        {
            // Its silence will be seen as an interruption.
            _faults.LogStoreFault($"End of job {_kind.Name} could not be stored; other nodes will report it as interrupted", fault);
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, again and again for a while.</summary>
    private async Task InsistAsync(JobHold<TRun> hold, Func<JobRun, JobRun> next, Func<JobRun, JobResults>? results, bool isLeft = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync(hold, next, results, isLeft).ConfigureAwait(false);
                return;
            }
            catch (StoreException fault) when (attempt < InsistMax)
            {
                _faults.LogStoreFault($"State of job {_kind.Name} could not be stored; retrying", fault);
                await Task.Delay(_options.RetryPauseMsMax, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what follows from what is stored, while it is this process that works on the job.</summary>
    /// <param name="hold">The job.</param>
    /// <param name="next">Next content; computed again from the stored one where an answer was lost.</param>
    /// <param name="results">Findings, by what is stored before.</param>
    /// <param name="isLeft">Whether it is left to the next process that looks.</param>
    /// <exception cref="OperationCanceledException">The run is no longer this process's.</exception>
    private async Task WriteAsync(JobHold<TRun> hold, Func<JobRun, JobRun> next, Func<JobRun, JobResults>? results, bool isLeft = false)
    {
        await hold.WriteLock.WaitAsync().ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_abandoned)
                    throw new OperationCanceledException("This process is gone.");
                var before = hold.Now();
                var run = With(before, next);
                try
                {
                    var row = _kind.WriteOf(run, hold.Version, isLeft ? null : _node);
                    await _store.WriteAsync(new JobWrites([row]) { Results = results?.Invoke(before) }, CancellationToken.None)
                        .ConfigureAwait(false);
                    hold.Take(run, hold.Version + 1);
                    return;
                }
                catch (WriteConflictException) when (attempt < AttemptsMax)
                {
                    // Another has decided about it, or a write of ours got through though its answer was lost.
                    await ReloadAsync(hold).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            hold.WriteLock.Release();
        }
    }

    private async Task ReloadAsync(JobHold<TRun> hold)
    {
        var mine = hold.Stored;
        var job = await _store.FindAsync(_kind.KeyOf(mine.Id), CancellationToken.None).ConfigureAwait(false);
        var stored = job is null ? null : _kind.Read(job);
        if (stored is null || stored.Attempt != mine.Attempt || job!.Node != _node || !stored.IsOpen)
            throw new OperationCanceledException("Another has decided about the job.");
        hold.Take(stored, job.Version);
    }

    private Task<IReadOnlyList<StoredJob>> RowsAsync(CancellationToken cancellation) =>
        _store.ListAsync(_kind.Name, null, _kind.KeptMax + OpenNodesMax, cancellation);

    private async Task<StoredJob?> ReadAsync(string id, CancellationToken cancellation) =>
        await _store.FindAsync(_kind.KeyOf(id), cancellation).ConfigureAwait(false) is { } job
            ? await NoteSilenceAsync(job, cancellation).ConfigureAwait(false) : null;

    /// <summary>
    /// One whose process has been silent for long is interrupted, also for that process. Clocks that differ by less than that bound do no
    /// harm; those that differ by more interrupt what could have gone on, and nothing else.
    /// </summary>
    private async Task<StoredJob?> NoteSilenceAsync(StoredJob job, CancellationToken cancellation)
    {
        if (!IsSilent(job))
            return job;
        try
        {
            var interrupted = AsInterrupted(job);
            var write = _kind.WriteOf(interrupted, job.Version, job.Node ?? _node);
            await _store.WriteAsync(new JobWrites([write]), cancellation).ConfigureAwait(false);
            return job with { Version = job.Version + 1, EndedAt = interrupted.EndedAt, Content = write.Content };
        }
        catch (WriteConflictException)
        {
            // A heartbeat came, or another node has noted the interruption: the stored state is taken.
            return await _store.FindAsync(job.Key, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>As far as it has come, where it is this process that works on it.</summary>
    private TRun Shown(StoredJob job)
    {
        var stored = _kind.Read(job);
        if (stored.IsOpen && _open.TryGetValue(stored.Id, out var hold))
            return With(hold.Now(), run => run with { State = stored.State, StartedAt = stored.StartedAt });
        return IsSilent(job) ? AsInterrupted(job) : stored;
    }

    private bool IsSilent(StoredJob job) => _resume is null && IsUnattended(job);

    private bool IsUnattended(StoredJob job) => job.EndedAt is null && !_open.ContainsKey(job.Key.Id)
        && (job.Node is null || _time.GetUtcNow() - job.At > TimeSpan.FromMilliseconds(_options.JobSilentMsMax));

    private TRun AsInterrupted(StoredJob job) =>
        With(_kind.Read(job), run => run with { State = JobState.Interrupted, EndedAt = job.At, Error = Silent });
}
