using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

// Durable steps, and jobs that another process has left in the middle.
public sealed partial class JobRunner<TRun>
{
    /// <summary>Most characters of a cursor.</summary>
    private const int CursorLengthMax = 4096;

    private DateTimeOffset _followed;

    /// <summary>
    /// Takes over jobs of this kind whose process is gone or has stopped, as many as may be open here; each goes on from its last durable
    /// step. Looks at most as often as heartbeats come.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (_resume is null || _closing || (now >= _followed && now - _followed < TimeSpan.FromMilliseconds(_options.JobBeatMs)))
            return;
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _followed = now;
            foreach (var job in (await RowsAsync(cancellation).ConfigureAwait(false)).Where(IsUnattended).OrderBy(job => job.CreatedAt))
            {
                if (_closing || _open.Count >= _kind.OpenMax)
                    return;
                await TakeOverAsync(job, _kind.Read(job), null, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Goes on with one that was cancelled or has failed, as it was asked for, from its last durable step.</summary>
    /// <param name="id">Which.</param>
    /// <param name="actor">Caller.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when it is open, finished or not known, or while too many wait or run here.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<TRun?> StartAgainAsync(string id, string actor, CancellationToken cancellation)
    {
        await _beginLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_resume is null || _closing || _open.Count >= _kind.OpenMax
                || await _store.FindAsync(_kind.KeyOf(id), cancellation).ConfigureAwait(false) is not { EndedAt: not null } job
                || _kind.Read(job) is not { State: not JobState.Finished } run)
                return null;
            var again = With(run, each => each with { Actor = actor });
            return await TakeOverAsync(job, again, _kind.ActOf("started", actor, again), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _beginLock.Release();
        }
    }

    /// <summary>Claims the row: a process that still holds it loses it by the next attempt's number. Under the begin lock.</summary>
    private async Task<TRun?> TakeOverAsync(StoredJob job, TRun run, ControlAction? act, CancellationToken cancellation)
    {
        var next = With(run, each => each with
        {
            State = each.State == JobState.Paused ? JobState.Paused : JobState.Queued,
            EndedAt = null,
            Error = null,
            Attempt = each.Attempt + 1,
        });
        try
        {
            await _store.WriteAsync(new JobWrites([_kind.WriteOf(next, job.Version, _node, act)]), cancellation).ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            // A heartbeat came, or another node has been faster.
            return null;
        }

        Launch(next, job.Version + 1, _resume!);
        return next;
    }

    private async Task StepAsync(JobHold<TRun> hold, string cursor, IReadOnlyList<byte[]> pieces, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cursor.Length, CursorLengthMax);
        cancellation.ThrowIfCancellationRequested();

        // By number, so that a step whose answer was lost is written over itself and not behind itself.
        var before = hold.Pieces;
        await InsistAsync(
            hold, run => run with { Cursor = cursor, Parts = before + pieces.Count },
            run => new JobResults(_kind.Name, run.Id, pieces) { From = before }).ConfigureAwait(false);
    }
}
