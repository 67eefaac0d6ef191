using System.Globalization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Recomputation;

/// <summary>A run as this process holds it, or one shard's part of it: what is stored, its version, and who may write it next.</summary>
/// <param name="run">What is stored.</param>
/// <param name="version">The document's version; 0 for none yet.</param>
/// <param name="time">The clock.</param>
/// <param name="part">The shard of a part; null for the run itself.</param>
internal sealed class OpenRun(RecomputationRun run, long version, TimeProvider time, int? part = null)
{
    public const string Kind = "recomputation";
    public const string PartKind = "recomputation-part";

    private volatile RecomputationRun _run = run;
    private volatile bool _closing;
    private long? _since;

    /// <summary>What is stored.</summary>
    public RecomputationRun Run => _run;

    /// <summary>The document's version.</summary>
    public long Version { get; private set; } = version;

    /// <summary>Where it is stored: a part takes the place of the same shard's part of the run before.</summary>
    public (string Kind, string Id) Document => part is { } shard ? (PartKind, PartId(shard)) : (Kind, _run.Id);

    /// <summary>Held by whoever writes the document.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Ends the work on it in this process.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>This process closes: what is not certain stays so, and the next start reads it.</summary>
    public bool IsClosing
    {
        get => _closing || Whole?.IsClosing == true;
        set => _closing = value;
    }

    /// <summary>What this is a part of; null for a run itself.</summary>
    public OpenRun? Whole { get; init; }

    /// <summary>The work; completed while it is paused or over.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Time running counts from now on.</summary>
    public void Begin() => _since ??= time.GetTimestamp();

    /// <summary>The run with the time that has passed since the last call.</summary>
    public RecomputationRun Timed()
    {
        var elapsed = _since is { } since ? time.GetElapsedTime(since).TotalMilliseconds : 0;
        _since = _since is null ? null : time.GetTimestamp();
        return _run = _run with { ElapsedMs = _run.ElapsedMs + elapsed };
    }

    public static string PartId(int shard) => shard.ToString("D4", CultureInfo.InvariantCulture);

    public ControlWrite WriteOf(RecomputationRun next, ControlAct? act) =>
        new(Document.Kind, Document.Id, Version == 0 ? null : Version, next.ToJson(), act);

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
