namespace CreditGrains.Engine.Simulation;

/// <summary>A simulation that this process makes: what is stored of it, and how far it is.</summary>
internal sealed class OpenSimulation(SimulationRun run, long version, SimulationOrder order, TimeProvider time)
    : IProgress<SimulationProgress>, IDisposable
{
    private long _done, _subjects;
    private long? _since;
    private volatile SimulationRun _stored = run;

    /// <summary>What is stored.</summary>
    public SimulationRun Stored => _stored;

    /// <summary>The document's version.</summary>
    public long Version { get; private set; } = version;

    public SimulationOrder Order => order;

    /// <summary>Held by whoever writes the document.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The process stops: it is interrupted, not cancelled.</summary>
    public volatile bool IsClosing;

    public Task Work { get; set; } = Task.CompletedTask;

    public void Begin() => _since = time.GetTimestamp();

    /// <summary>What is stored, as far as it has come since.</summary>
    public SimulationRun Now() => _stored with
    {
        Done = Interlocked.Read(ref _done),
        Subjects = Interlocked.Read(ref _subjects),
        ElapsedMs = _since is { } since ? time.GetElapsedTime(since).TotalMilliseconds : 0,
    };

    public void Take(SimulationRun stored, long version)
    {
        _stored = stored;
        Version = version;
    }

    /// <summary>Threads report out of order.</summary>
    public void Report(SimulationProgress value)
    {
        Interlocked.Exchange(ref _subjects, value.Subjects);
        for (var known = Interlocked.Read(ref _done); known < value.Done;)
        {
            var seen = Interlocked.CompareExchange(ref _done, value.Done, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    public void Dispose()
    {
        Stop.Dispose();
        Gate.Dispose();
    }
}
