using System.Diagnostics;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// The only writer of the journal in this process: the events of all callers that wait while a transaction runs go into the next one
/// (group commit). Callers are answered after the commit (I1); owners get the events in position order. Where a store can append in several
/// transactions at once, shards are divided among as many lanes. <see cref="BatchAdmission"/> decides what is accepted,
/// <see cref="JournalAppender"/> appends and delivers it.
/// </summary>
internal sealed partial class Committer : IEventCommitter, ICommitPause, IAsyncDisposable
{
    private const int AttemptsMax = 3;

    private readonly EngineOptions _options;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly Func<EventReader> _reader;
    private readonly DuplicateLookup _duplicates;
    private readonly BatchAdmission _admission;
    private readonly JournalAppender _appender;
    private readonly CommitLane[] _lanes;
    private readonly int _shardCount;
    private readonly Task _loops;

    /// <param name="store">Where to append.</param>
    /// <param name="heads">Last position of each shard.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="reader">The reader of the rules in force.</param>
    /// <param name="owners">Takes the appended events of the shards of this process.</param>
    /// <param name="faults">For faults of the store.</param>
    /// <param name="log">For other faults.</param>
    /// <param name="meter">Counts what is committed.</param>
    public Committer(
        IStore store, long[] heads, EngineOptions options, TimeProvider time, Func<EventReader> reader, IEventOwners owners,
        StoreFaultLog faults, ILogger log, EngineMeter meter)
    {
        (_options, _reader, _faults, _log, _shardCount) = (options, reader, faults, log, store.ShardCount);
        var lanes = Math.Clamp(store.AppendLanes, 1, store.ShardCount);
        _lanes = [.. Enumerable.Range(0, lanes).Select(number => new CommitLane(number, lanes, options.CommitQueueMax))];
        _duplicates = new DuplicateLookup(store.Journal, heads.ToArray(), options, faults);
        _admission = new BatchAdmission(_duplicates, _lanes, store.ShardCount, time);
        _appender = new JournalAppender(store, heads, owners, reader, time, meter);
        _loops = Task.WhenAll(_lanes.Select(lane => Task.Run(() => RunAsync(lane))));
    }

    /// <summary>Last committed position of a shard.</summary>
    public long HeadOf(int shard) => _appender.HeadOf(shard);

    /// <summary>All shards, the empty ones too: of a shard that a token does not name, nothing is known from it.</summary>
    public IEnumerable<(int Shard, long Position)> Heads() => Enumerable.Range(0, _shardCount).Select(shard => (shard, HeadOf(shard)));

    /// <summary>Where a shard stands that this process begins to work on.</summary>
    public void Begin(int shard, long head) => _appender.Begin(shard, head);

    /// <summary>Admits and commits the events; completes when they are durable. Waits while the queue is full.</summary>
    /// <returns>One verdict for each event, in order.</returns>
    /// <exception cref="StoreException">The store failed; the caller does not know of any event that it was appended.</exception>
    public async Task<IReadOnlyList<Verdict>> CommitAsync(
        IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        if (events.Count == 0)
            return [];
        if (_lanes.Length == 1)
            return await EnqueueAsync(_lanes[0], events, readBy, actor, cancellation).ConfigureAwait(false);
        var verdicts = new Verdict[events.Count];
        for (var from = 0; from < events.Count;)
        {
            var places = DivideFrom(events, ref from);
            await Task.WhenAll(_lanes.Where(lane => places[lane.Number].Count > 0).Select(async lane =>
            {
                var mine = places[lane.Number];
                var ofLane = await EnqueueAsync(lane, mine.ConvertAll(place => events[place]), readBy, actor, cancellation)
                    .ConfigureAwait(false);
                for (var i = 0; i < mine.Count; i++)
                    verdicts[mine[i]] = ofLane[i];
            })).ConfigureAwait(false);
        }

        return verdicts;
    }

    /// <summary>
    /// Admits events of one subject and commits all of them in one transaction, one after the other without another event between; or none
    /// of them, where one is not accepted. Events that are all known already are duplicates.
    /// </summary>
    /// <inheritdoc cref="CommitAsync"/>
    public Task<IReadOnlyList<Verdict>> CommitTogetherAsync(
        IReadOnlyList<RecordEvent> events, EventReader readBy, string actor, CancellationToken cancellation) => EnqueueAsync(
        LaneOf(ShardMap.ShardOf(events[0].Subject, _shardCount)), new Submission(events, readBy, actor) { IsTogether = true },
        cancellation);

    /// <inheritdoc/>
    public async Task<T> WithoutCommitsAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        var stopped = new List<CommitLane>();
        try
        {
            foreach (var lane in _lanes)
            {
                await lane.Turn.WaitAsync(cancellation).ConfigureAwait(false);
                stopped.Add(lane);
            }

            return await work().ConfigureAwait(false);
        }
        finally
        {
            foreach (var lane in stopped)
                lane.Turn.Release();
        }
    }

    /// <summary>Ends without waiting for what is queued: as a crash would.</summary>
    public void Abandon()
    {
        _duplicates.Stop();
        foreach (var lane in _lanes)
            lane.Queue.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        _duplicates.Stop();
        foreach (var lane in _lanes)
            lane.Queue.Writer.TryComplete();
        await _loops.ConfigureAwait(false);
        await _duplicates.DisposeAsync().ConfigureAwait(false);
        _admission.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
    }

    private static Task<IReadOnlyList<Verdict>> EnqueueAsync(
        CommitLane lane, IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation) =>
        EnqueueAsync(lane, new Submission(events, readBy, actor), cancellation);

    private static async Task<IReadOnlyList<Verdict>> EnqueueAsync(
        CommitLane lane, Submission submission, CancellationToken cancellation)
    {
        await lane.Queue.Writer.WriteAsync(submission, cancellation).ConfigureAwait(false);
        return await submission.Done.Task.ConfigureAwait(false);
    }

    private CommitLane LaneOf(int shard) => _lanes[shard % _lanes.Length];

    /// <summary>
    /// The places of events by lane, up to where a record comes again with a subject of another lane: which of the two is first then
    /// decides, so that the second has to wait.
    /// </summary>
    private List<int>[] DivideFrom(IReadOnlyList<RecordEvent> events, ref int from)
    {
        var places = new List<int>[_lanes.Length];
        for (var lane = 0; lane < places.Length; lane++)
            places[lane] = new List<int>(events.Count - from);
        var lanes = new Dictionary<RecordId, int>(events.Count - from);
        for (; from < events.Count; from++)
        {
            var lane = LaneOf(ShardMap.ShardOf(events[from].Subject, _shardCount)).Number;
            if (!lanes.TryAdd(events[from].Record, lane) && lanes[events[from].Record] != lane)
                break;
            places[lane].Add(from);
        }

        return places;
    }

    private async Task RunAsync(CommitLane lane)
    {
        var batch = new List<Submission>();
        while (await lane.Queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            var events = 0;
            while (events < _options.CommitEventsMax && lane.Queue.Reader.TryRead(out var submission))
            {
                batch.Add(submission);
                events += submission.Events.Count;
            }

            // Held over admission and append: WithoutCommitsAsync takes the turns of all lanes, so that a rulebook comes into force between
            // two batches and none is read under one and appended under the other.
            await lane.Turn.WaitAsync().ConfigureAwait(false);
            using var span = EngineTraces.IsOn ? EngineTraces.Begin("commit", batch.Select(submission => submission.Trace)) : null;
            span?.SetTag("creditgrains.events", events);
            try
            {
                await CommitBatchAsync(lane, batch).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                span?.SetStatus(ActivityStatusCode.Error, fault.Message);
                Fail(batch, fault);
            }
            finally
            {
                lane.Turn.Release();
            }
        }
    }

    private async Task CommitBatchAsync(CommitLane lane, List<Submission> batch)
    {
        // First of all: positions after an append of unknown outcome would be delivered before those of that append (I2).
        if (lane.IsUnsettled)
            await _appender.SettleAsync(lane, null).ConfigureAwait(false);
        var reader = _reader();
        for (var attempt = 1; ; attempt++)
        {
            var admitted = await _admission.AdmitAsync(lane, batch, reader).ConfigureAwait(false);
            try
            {
                if (admitted.Events.Count > 0)
                    await _appender.AppendAsync(lane, admitted, reader).ConfigureAwait(false);
                // Only now: the events are durable and with their owners (I1).
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Done.TrySetResult(admitted.Verdicts[i]);
                return;
            }
            catch (DuplicateRevisionException) when (attempt < AttemptsMax)
            {
                // Another process appended one of the revisions meanwhile: the batch is admitted again by what the journal holds now.
                lane.EndAppend();
                await _admission.DistrustFilterAsync().ConfigureAwait(false);
            }
            finally
            {
                lane.EndAppend();
            }
        }
    }

    private void Fail(List<Submission> batch, Exception fault)
    {
        if (fault is StoreException store)
            _faults.LogStoreFault("Events could not be committed", store);
        else
            CommitFailed(_log, fault);
        // Callers know one kind of fault. Whether the events were appended they do not learn; sent again, they are duplicates at worst.
        var told = fault as StoreException ?? new StoreException("The event could not be stored: " + fault.Message, fault);
        foreach (var submission in batch)
            submission.Done.TrySetException(told);
    }

    [LoggerMessage(2004, LogLevel.Error, "Journal commit failed")]
    private static partial void CommitFailed(ILogger log, Exception fault);
}

/// <summary>The outcome of one event.</summary>
internal readonly record struct Verdict(FeedOutcome Outcome, Rejection? Rejection);
