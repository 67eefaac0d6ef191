using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Recomputation;

/// <summary>A run as this process holds it: what is stored, its version, and who may write it next.</summary>
internal sealed class OpenRun(RecomputationRun run, long version, TimeProvider time)
{
    public const string Kind = "recomputation";

    private volatile RecomputationRun _run = run;
    private long? _since;

    /// <summary>What is stored.</summary>
    public RecomputationRun Run => _run;

    /// <summary>The document's version.</summary>
    public long Version { get; private set; } = version;

    /// <summary>Held by whoever writes the document.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Ends the work on it in this process.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>This process closes: what is not certain stays so, and the next start reads it.</summary>
    public bool IsClosing { get; set; }

    /// <summary>The work; completed while it is paused or over.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Time running counts from now on.</summary>
    public void Begin() => _since = time.GetTimestamp();

    /// <summary>The run with the time that has passed since the last call.</summary>
    public RecomputationRun Timed()
    {
        var elapsed = _since is { } since ? time.GetElapsedTime(since).TotalMilliseconds : 0;
        _since = _since is null ? null : time.GetTimestamp();
        return _run = _run with { ElapsedMs = _run.ElapsedMs + elapsed };
    }

    public ControlWrite WriteOf(RecomputationRun next, ControlAct? act) => new(Kind, next.Id, Version, next.ToJson(), act);

    public void Written(RecomputationRun next)
    {
        _run = next;
        Version++;
    }

    public void Take(RecomputationRun stored, long version)
    {
        _run = stored;
        Version = version;
    }
}
