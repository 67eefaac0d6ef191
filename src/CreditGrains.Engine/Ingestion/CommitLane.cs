using System.Diagnostics;
using System.Threading.Channels;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Shards whose events are appended one group after the other.</summary>
internal sealed class CommitLane(int number, int lanes, int queueMax) : IDisposable
{
    private volatile PendingAppend? _appending;

    public int Number => number;

    /// <summary>Whether a shard's events are appended here.</summary>
    public bool Has(int shard) => shard % lanes == number;

    public Channel<Submission> Queue { get; } = Channel.CreateBounded<Submission>(
        new BoundedChannelOptions(queueMax) { SingleReader = true });

    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Whether the outcome of its last append is not known.</summary>
    public bool IsUnsettled { get; set; }

    /// <summary>The append under way, from its admission on.</summary>
    public PendingAppend? Appending => _appending;

    public void BeginAppend(Dictionary<RecordId, RecordHead> records) => _appending = new PendingAppend(records);

    public void EndAppend()
    {
        // Taken away before those that wait are told: they ask the journal again and must not find it under way still.
        var ended = _appending;
        _appending = null;
        ended?.End();
    }

    public void Dispose() => Turn.Dispose();
}

/// <summary>An append under way, and the records of which it may append revisions.</summary>
internal sealed class PendingAppend(IReadOnlyDictionary<RecordId, RecordHead> records)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyDictionary<RecordId, RecordHead> Records => records;

    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();
}

/// <summary>One caller's wait: for its events to be appended, or for events that another process appended to be delivered.</summary>
internal sealed class Submission(IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor)
{
    /// <summary>Null: by the reader of now.</summary>
    public EventReader? ReadBy { get; } = readBy;

    public IReadOnlyList<RecordEvent> Events { get; } = events;

    public string Actor { get; } = actor;

    /// <summary>All of the events or none: one that is not accepted keeps the others out.</summary>
    public bool IsTogether { get; init; }

    /// <summary>The trace that the caller's work belongs to.</summary>
    public ActivityContext Trace { get; } = EngineTraces.Current;

    public TaskCompletionSource<IReadOnlyList<Verdict>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
