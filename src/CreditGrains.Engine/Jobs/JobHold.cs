namespace CreditGrains.Engine.Jobs;

/// <summary>A job that this process works on as a whole, and how far it is.</summary>
internal sealed class JobHold<TRun> : JobRow<TRun>, IJobSteps
    where TRun : JobRun
{
    private readonly TimeProvider _time;
    private readonly Func<JobHold<TRun>, string, IReadOnlyList<byte[]>, CancellationToken, Task> _step;
    private readonly double _elapsedBeforeMs;
    private long _done, _subjects;
    private long? _since;
    private volatile TaskCompletionSource? _pause;

    /// <param name="run">The run as stored.</param>
    /// <param name="version">The row's version.</param>
    /// <param name="step">Writes a durable step.</param>
    /// <param name="time">The clock.</param>
    public JobHold(
        TRun run, long version, Func<JobHold<TRun>, string, IReadOnlyList<byte[]>, CancellationToken, Task> step, TimeProvider time)
        : base(run, version)
    {
        _time = time;
        _step = step;
        _elapsedBeforeMs = run.ElapsedMs;
        _done = run.Done;
        _subjects = run.Subjects;
        Take(run, version);
    }

    public string? Cursor => Stored.Cursor;

    public int Pieces => Stored.Parts;

    public void Begin() => _since = _time.GetTimestamp();

    /// <summary>Stored state, and progress made since.</summary>
    public TRun Now() => (TRun)((JobRun)Stored with
    {
        Done = Interlocked.Read(ref _done),
        Subjects = Interlocked.Read(ref _subjects),
        ElapsedMs = _elapsedBeforeMs + (_since is { } since ? _time.GetElapsedTime(since).TotalMilliseconds : 0),
    });

    /// <inheritdoc/>
    public override void Take(TRun stored, long version)
    {
        base.Take(stored, version);
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
}
