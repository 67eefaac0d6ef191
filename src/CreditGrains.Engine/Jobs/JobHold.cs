namespace CreditGrains.Engine.Jobs;

/// <summary>A job that this process works on: what is stored of it, its version, and how far it is.</summary>
internal sealed class JobHold<TRun> : IJobSteps, IDisposable
    where TRun : JobRun
{
    private readonly TimeProvider _time;
    private readonly Func<JobHold<TRun>, string, IReadOnlyList<byte[]>, CancellationToken, Task> _step;
    private readonly double _elapsedBeforeMs;
    private long _done, _subjects;
    private long? _since;
    private volatile TRun _stored;
    private volatile TaskCompletionSource? _pause;

    /// <param name="run">The run as stored.</param>
    /// <param name="version">The row's version.</param>
    /// <param name="step">Writes a durable step.</param>
    /// <param name="time">The clock.</param>
    public JobHold(
        TRun run, long version, Func<JobHold<TRun>, string, IReadOnlyList<byte[]>, CancellationToken, Task> step, TimeProvider time)
    {
        _time = time;
        _step = step;
        _elapsedBeforeMs = run.ElapsedMs;
        _done = run.Done;
        _subjects = run.Subjects;
        _stored = run;
        Take(run, version);
    }

    /// <summary>State as stored.</summary>
    public TRun Stored => _stored;

    /// <summary>The row's version.</summary>
    public long Version { get; private set; }

    public string? Cursor => _stored.Cursor;

    public int Pieces => _stored.Parts;

    /// <summary>Held while the row is written.</summary>
    public SemaphoreSlim WriteLock { get; } = new(1, 1);

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The process stops: the job is interrupted, not cancelled.</summary>
    public volatile bool IsClosing;

    public Task Work { get; set; } = Task.CompletedTask;

    public void Begin() => _since = _time.GetTimestamp();

    /// <summary>Stored state, and progress made since.</summary>
    public TRun Now() => (TRun)((JobRun)_stored with
    {
        Done = Interlocked.Read(ref _done),
        Subjects = Interlocked.Read(ref _subjects),
        ElapsedMs = _elapsedBeforeMs + (_since is { } since ? _time.GetElapsedTime(since).TotalMilliseconds : 0),
    });

    /// <summary>Takes over what was written, here or by another node that pauses it or lets it go on.</summary>
    public void Take(TRun stored, long version)
    {
        _stored = stored;
        Version = version;
        if (stored.State == JobState.Paused)
        {
            _pause ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return;
        }

        var pause = _pause;
        _pause = null;
        pause?.SetResult();
    }

    public Task StepAsync(string cursor, IReadOnlyList<byte[]> pieces, CancellationToken cancellation) =>
        _step(this, cursor, pieces, cancellation);

    public Task GoOnAsync(CancellationToken cancellation) => _pause?.Task.WaitAsync(cancellation) ?? Task.CompletedTask;

    public void Report(long done, long subjects)
    {
        Interlocked.Exchange(ref _subjects, subjects);
        for (var known = Interlocked.Read(ref _done); known < done;)
        {
            var seen = Interlocked.CompareExchange(ref _done, done, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    public void Dispose()
    {
        Stop.Dispose();
        WriteLock.Dispose();
    }
}
