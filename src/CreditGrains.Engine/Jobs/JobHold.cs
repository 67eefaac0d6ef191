namespace CreditGrains.Engine.Jobs;

/// <summary>A job that this process works on: what is stored of it, its version, and how far it is.</summary>
internal sealed class JobHold<TRun>(TRun run, long version, TimeProvider time) : IJobProgress, IDisposable
    where TRun : JobRun
{
    private long _done, _subjects;
    private long? _since;
    private volatile TRun _stored = run;
    private volatile TaskCompletionSource? _pause;

    /// <summary>State as stored.</summary>
    public TRun Stored => _stored;

    /// <summary>The row's version.</summary>
    public long Version { get; private set; } = version;

    /// <summary>Held while the row is written.</summary>
    public SemaphoreSlim WriteLock { get; } = new(1, 1);

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The process stops: the job is interrupted, not cancelled.</summary>
    public volatile bool IsClosing;

    public Task Work { get; set; } = Task.CompletedTask;

    public void Begin() => _since = time.GetTimestamp();

    /// <summary>Stored state, and progress made since.</summary>
    public TRun Now() => (TRun)((JobRun)_stored with
    {
        Done = Interlocked.Read(ref _done),
        Subjects = Interlocked.Read(ref _subjects),
        ElapsedMs = _since is { } since ? time.GetElapsedTime(since).TotalMilliseconds : 0,
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
