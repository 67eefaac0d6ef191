using System.Diagnostics;
using System.Threading.Channels;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Shards whose events are appended one group after the other.</summary>
internal sealed class CommitLane(int number, int queueMax) : IDisposable
{
    private volatile PendingAppend? _appending;

    public int Number => number;

    public Channel<Submission> Queue { get; } = Channel.CreateBounded<Submission>(
        new BoundedChannelOptions(queueMax) { SingleReader = true });

    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Whether the outcome of its last append is not known.</summary>
    public bool IsUnsettled { get; set; }

    /// <summary>What has been judged and is on its way into the journal.</summary>
    public PendingAppend? Appending => _appending;

    public void BeginAppend(Dictionary<RecordId, RecordHead> records) => _appending = new PendingAppend(records);

    public void EndAppend()
    {
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

/// <summary>What one caller waits for: events to be judged, or events that somebody else has appended.</summary>
internal sealed class Submission(IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor)
{
    /// <summary>Null: by the reader of now.</summary>
    public EventReader? ReadBy { get; } = readBy;

    public IReadOnlyList<RecordEvent> Events { get; } = events;

    public string Actor { get; } = actor;

    /// <summary>What somebody else has appended to a shard; null for events to be judged.</summary>
    public (int Shard, List<FoldItem> Items)? Appended { get; init; }

    /// <summary>Where the caller's work belongs.</summary>
    public ActivityContext Trace { get; } = EngineTraces.Current;

    public TaskCompletionSource<IReadOnlyList<Verdict>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
