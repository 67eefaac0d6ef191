using System.Diagnostics;
using System.Threading.Channels;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Feeds;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// The only writer of the journal in this process: takes the events of all callers that wait while a transaction runs, judges them and
/// appends them in the next one (group commit). Callers are answered after the commit (I1); owners get the events in position order.
/// Where a store can append in several transactions at once, shards are divided among as many lanes. Lanes judge one after the other,
/// and none judges a record of which another is just appending a revision. Natural keys need no such care: they hold within a subject.
/// </summary>
internal sealed partial class Committer : IEventCommitter, IAsyncDisposable
{
    private const int CatchUpPage = 1000;
    private const int KeysPage = 5000;
    private const int SinceStartMax = 4_000_000;

    private readonly IStore _store;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly Func<EventReader> _reader;
    private readonly SemaphoreSlim _judging = new(1, 1);
    private readonly Func<int, List<FoldItem>, ValueTask> _deliver;
    private readonly Func<int, bool> _owns;
    private readonly EngineMeter _meter;
    private readonly CommitLane[] _lanes;
    private readonly long[] _heads;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;
    private readonly Task<DuplicateFilter> _learning;
    private readonly List<(RecordId Record, long NaturalKey)> _sinceStart = [];
    private DuplicateFilter _keys = new(0);
    private bool _forgetful;

    /// <param name="store">Where to append.</param>
    /// <param name="heads">Last position of each shard.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="reader">The reader of the rules in force.</param>
    /// <param name="faults">For faults of the store.</param>
    /// <param name="log">For other faults.</param>
    /// <param name="deliver">Takes the appended events of one shard; waits when the owners lag too far behind.</param>
    /// <param name="owns">Whether this process works on a shard.</param>
    /// <param name="meter">Counts what is committed.</param>
    public Committer(
        IStore store, long[] heads, EngineOptions options, TimeProvider time, Func<EventReader> reader,
        StoreFaultLog faults, ILogger log, Func<int, List<FoldItem>, ValueTask> deliver, Func<int, bool> owns, EngineMeter meter)
    {
        _meter = meter;
        _owns = owns;
        _reader = reader;
        _store = store;
        _heads = heads;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
        _deliver = deliver;
        _lanes = [.. Enumerable.Range(0, Math.Clamp(store.AppendLanes, 1, store.ShardCount))
            .Select(number => new CommitLane(number, options.CommitQueueMax))];
        var start = heads.ToArray();
        _learning = Task.Run(() => LearnAsync(start));
        _loops = Task.WhenAll(_lanes.Select(lane => Task.Run(() => RunAsync(lane))));
    }

    /// <summary>Last committed position of a shard.</summary>
    public long HeadOf(int shard) => Volatile.Read(ref _heads[shard]);

    /// <summary>All shards, the empty ones too: what a token does not name is not known from it.</summary>
    public IEnumerable<(int Shard, long Position)> Heads() => Enumerable.Range(0, _heads.Length).Select(shard => (shard, HeadOf(shard)));

    /// <summary>Where a shard stands that this process begins to work on.</summary>
    public void Begin(int shard, long head) => Volatile.Write(ref _heads[shard], head);

    /// <summary>Judges and commits the events; completes when they are durable. Waits while the queue is full.</summary>
    /// <returns>One verdict for each event, in order.</returns>
    /// <exception cref="StoreException">The store failed; the caller does not know of any event that it was appended.</exception>
    public async Task<IReadOnlyList<Verdict>> CommitAsync(
        IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        if (events.Count == 0)
            return [];
        if (_lanes.Length == 1)
            return await CommitAsync(_lanes[0], events, readBy, actor, cancellation).ConfigureAwait(false);
        var verdicts = new Verdict[events.Count];
        for (var from = 0; from < events.Count;)
        {
            var places = DivideFrom(events, ref from);
            await Task.WhenAll(_lanes.Where(lane => places[lane.Number].Count > 0).Select(async lane =>
            {
                var mine = places[lane.Number];
                var judged = await CommitAsync(lane, mine.ConvertAll(place => events[place]), readBy, actor, cancellation)
                    .ConfigureAwait(false);
                for (var i = 0; i < mine.Count; i++)
                    verdicts[mine[i]] = judged[i];
            })).ConfigureAwait(false);
        }

        return verdicts;
    }

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
            var lane = LaneOf(ShardMap.ShardOf(events[from].Subject, _store.ShardCount)).Number;
            if (!lanes.TryAdd(events[from].Record, lane) && lanes[events[from].Record] != lane)
                break;
            places[lane].Add(from);
        }

        return places;
    }

    private static async Task<IReadOnlyList<Verdict>> CommitAsync(
        CommitLane lane, IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        var submission = new Submission(events, readBy, actor);
        await lane.Queue.Writer.WriteAsync(submission, cancellation).ConfigureAwait(false);
        return await submission.Done.Task.ConfigureAwait(false);
    }

    private CommitLane LaneOf(int shard) => _lanes[shard % _lanes.Length];

    /// <summary>Runs work beside which nothing is judged or appended: what waits is judged by the rules in force then.</summary>
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

    /// <summary>
    /// Hands on what somebody else has appended to a shard that this process works on; between two transactions of its own.
    /// </summary>
    /// <exception cref="StoreException">What lies before it cannot be read.</exception>
    public async Task TakeInAsync(
        int shard, IReadOnlyList<(long Position, RecordEvent Event)> appended, CancellationToken cancellation)
    {
        if (appended.Count == 0 || appended[^1].Position <= HeadOf(shard))
            return;
        var items = appended.Select(each => new FoldItem(
            each.Event.Subject.Value, each.Position, each.Event.Record, each.Event.Revision, each.Event.Op, each.Event.Kind,
            each.Event.Facts, null, each.Event.Payload)).ToList();
        var submission = new Submission([], null, "") { Appended = (shard, items) };
        await LaneOf(shard).Queue.Writer.WriteAsync(submission, cancellation).ConfigureAwait(false);
        await submission.Done.Task.ConfigureAwait(false);
    }

    /// <summary>Ends without waiting for what is queued: as a crash would.</summary>
    public void Abandon()
    {
        _stop.Cancel();
        foreach (var lane in _lanes)
            lane.Queue.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var lane in _lanes)
            lane.Queue.Writer.TryComplete();
        await _loops.ConfigureAwait(false);
        await ((Task)_learning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _judging.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
    }

    /// <summary>Reads, beside the work, what the journal held at the start; until then it is asked about every event.</summary>
    private async Task<DuplicateFilter> LearnAsync(long[] heads)
    {
        var keys = new DuplicateFilter(_options.DuplicateFilterKeysMax) { IsComplete = _options.DuplicateFilterKeysMax > 0 };
        for (var shard = 0; shard < heads.Length && keys.IsComplete; shard++)
        {
            for (var after = 0L; after < heads[shard] && keys.IsComplete;)
            {
                try
                {
                    var page = await _store.Journal.ReadKeysAsync(shard, after, KeysPage, _stop.Token).ConfigureAwait(false);
                    foreach (var key in page)
                        keys.Add(key.Record, key.NaturalKey);
                    after = page.Count == 0 ? heads[shard] : page[^1].Position;
                }
                catch (Exception fault) when (!_stop.IsCancellationRequested)
                {
                    _faults.LogStoreFault("Learning what the journal knows waits and goes on", fault);
                    await Task.Delay(_options.RetryPauseMsMax, _stop.Token).ConfigureAwait(false);
                }
            }
        }

        return keys;
    }

    /// <summary>Takes over what has been learnt, with what has been accepted meanwhile.</summary>
    private void TakeLearnt()
    {
        if (_keys.IsComplete || _forgetful || !_learning.IsCompleted)
            return;
        if (!_learning.IsCompletedSuccessfully || !_learning.Result.IsComplete)
        {
            Forget();
            return;
        }

        foreach (var (record, naturalKey) in _sinceStart)
            _learning.Result.Add(record, naturalKey);
        _sinceStart.Clear();
        _sinceStart.TrimExcess();
        _keys = _learning.Result;
    }

    private void Know(RecordEvent accepted)
    {
        if (_keys.IsComplete)
            _keys.Add(accepted.Record, accepted.NaturalKey);
        else if (!_forgetful)
            _sinceStart.Add((accepted.Record, accepted.NaturalKey));
        if (_sinceStart.Count >= SinceStartMax)
            Forget();
    }

    /// <summary>From now on the journal is asked about every event.</summary>
    private void Forget()
    {
        _forgetful = true;
        _sinceStart.Clear();
        _keys = new DuplicateFilter(0);
    }

    private async Task RunAsync(CommitLane lane)
    {
        var group = new List<Submission>();
        while (await lane.Queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            var events = 0;
            while (events < _options.CommitEventsMax && lane.Queue.Reader.TryRead(out var submission))
            {
                group.Add(submission);
                events += submission.Events.Count;
            }

            await lane.Turn.WaitAsync().ConfigureAwait(false);
            using var span = EngineTraces.IsOn ? EngineTraces.Begin("commit", group.Select(submission => submission.Trace)) : null;
            span?.SetTag("creditgrains.events", events);
            try
            {
                await CommitGroupAsync(lane, group).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                span?.SetStatus(ActivityStatusCode.Error, fault.Message);
                if (fault is StoreException store)
                    _faults.LogStoreFault("Events could not be taken in", store);
                else
                    CommitFailed(_log, fault);
                var told = fault as StoreException ?? new StoreException("The event could not be stored: " + fault.Message, fault);
                foreach (var submission in group)
                    submission.Done.TrySetException(told);
            }
            finally
            {
                lane.Turn.Release();
            }
        }
    }

    private async Task CommitGroupAsync(CommitLane lane, List<Submission> group)
    {
        if (lane.IsUnsettled)
            await CatchUpAsync(lane, null).ConfigureAwait(false);
        foreach (var (shard, items) in group.Select(submission => submission.Appended).OfType<(int, List<FoldItem>)>())
            await DeliverNewAsync(shard, items.FindAll(item => item.Position > HeadOf(shard))).ConfigureAwait(false);
        var reader = _reader();
        for (var attempt = 1; ; attempt++)
        {
            var (verdicts, accepted) = await AdmitAsync(lane, group, reader).ConfigureAwait(false);
            try
            {
                if (accepted.Count > 0)
                    await AppendAsync(lane, accepted, reader).ConfigureAwait(false);
                for (var i = 0; i < group.Count; i++)
                    group[i].Done.TrySetResult(verdicts[i]);
                return;
            }
            catch (DuplicateRevisionException) when (attempt < 3)
            {
                // Somebody else appended one of the revisions meanwhile: judge again by what the journal says now.
                lane.EndAppend();
                await _judging.WaitAsync().ConfigureAwait(false);
                Forget();
                _judging.Release();
            }
            finally
            {
                lane.EndAppend();
            }
        }
    }

    /// <summary>Judges a group by what the journal knows, once no other lane is appending what it asks about.</summary>
    private async Task<(List<List<Verdict>> Verdicts, List<(JournalEntry Entry, RecordEvent Event)> Accepted)> AdmitAsync(
        CommitLane lane, List<Submission> group, EventReader reader)
    {
        await _judging.WaitAsync().ConfigureAwait(false);
        try
        {
            // Nobody begins to append meanwhile: that needs a judgement. Whoever does so now may end while the journal is asked.
            var others = _lanes.Where(other => other != lane).Select(other => other.Appending).OfType<PendingAppend>().ToList();
            var known = await ReadKnownAsync(group).ConfigureAwait(false);
            var concerned = others.FindAll(other => known.Asked.Any(other.Records.ContainsKey));
            if (concerned.Count > 0)
            {
                await Task.WhenAll(concerned.Select(other => other.Ended)).ConfigureAwait(false);
                known = await ReadKnownAsync(group).ConfigureAwait(false);
            }

            var accepted = new List<(JournalEntry Entry, RecordEvent Event)>();
            var verdicts = group.ConvertAll(submission => Admit(submission, reader, known, accepted));
            lane.BeginAppend(known.Heads);
            return (verdicts, accepted);
        }
        finally
        {
            _judging.Release();
        }
    }

    private async Task AppendAsync(CommitLane lane, List<(JournalEntry Entry, RecordEvent Event)> accepted, EventReader reader)
    {
        IReadOnlyList<JournalEntry> appended;
        lane.IsUnsettled = true;
        var begun = _time.GetTimestamp();
        try
        {
            appended = await _store.Journal.AppendAsync(accepted.ConvertAll(pair => pair.Entry), CancellationToken.None)
                .ConfigureAwait(false);
            _meter.Committed(accepted.Count, _time.GetElapsedTime(begun));
        }
        catch (ShardLostException)
        {
            lane.IsUnsettled = false;
            throw;
        }
        catch (StoreException fault) when (fault is not DuplicateRevisionException)
        {
            // The outcome is unknown: the transaction may have been committed and only its answer lost. All or nothing was appended,
            // so one event tells of all.
            if (await CatchUpAsync(lane, accepted[0].Event).ConfigureAwait(false))
                return;
            throw;
        }

        lane.EndAppend();
        await DeliverAsync(accepted, appended, reader).ConfigureAwait(false);
        lane.IsUnsettled = false;
    }

    /// <summary>Delivers what the journal holds beyond the heads known here, after an append of unknown outcome.</summary>
    /// <returns>Whether the event is among it.</returns>
    private async Task<bool> CatchUpAsync(CommitLane lane, RecordEvent? wanted)
    {
        var found = false;
        foreach (var status in await _store.Subjects.ShardsAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (LaneOf(status.Shard) != lane || !_owns(status.Shard))
                continue;
            while (HeadOf(status.Shard) < status.Head)
            {
                var missed = await _store.Journal
                    .ReadShardAsync(status.Shard, HeadOf(status.Shard), CatchUpPage, CancellationToken.None).ConfigureAwait(false);
                if (missed.Count == 0)
                    break;
                found |= missed.Any(entry => entry.Record == wanted?.Record && entry.Revision == wanted.Revision);
                await DeliverAsync(status.Shard, [.. missed.Select(ItemOf)]).ConfigureAwait(false);
            }
        }

        lane.IsUnsettled = false;
        return found;
    }

    private FoldItem ItemOf(JournalEntry entry)
    {
        var reader = _reader();
        return new FoldItem(
            entry.Subject.Value, entry.Position, entry.Record, entry.Revision, entry.Op, entry.Kind,
            reader.FactsOf(entry.Kind, entry.Payload.Span), reader, entry.Payload);
    }

    private async Task<Known> ReadKnownAsync(List<Submission> group)
    {
        TakeLearnt();
        var records = new HashSet<RecordId>();
        var keys = new HashSet<NaturalKey>();
        foreach (var submission in group)
        {
            foreach (var candidate in submission.Events)
            {
                if (_keys.MayHold(candidate.Record))
                    records.Add(candidate.Record);
                if (candidate.NaturalKey != 0 && _keys.MayHold(candidate.NaturalKey))
                    keys.Add(new NaturalKey(candidate.Subject, candidate.NaturalKey));
            }
        }

        var heads = records.Count == 0 ? [] : await _store.Journal.FindHeadsAsync(records, CancellationToken.None).ConfigureAwait(false);
        var holders = keys.Count == 0
            ? []
            : await _store.Journal.FindByNaturalKeyAsync(keys, CancellationToken.None).ConfigureAwait(false);
        var known = new Known(records, heads.ToDictionary(head => head.Record), []);
        foreach (var holder in holders)
            known.Holders[holder.NaturalKey] = holder.Record;
        return known;
    }

    private List<Verdict> Admit(
        Submission submission, EventReader reader, Known known, List<(JournalEntry Entry, RecordEvent Event)> accepted)
    {
        var verdicts = new List<Verdict>(submission.Events.Count);
        foreach (var read in submission.Events)
        {
            var candidate = read;
            if (submission.ReadBy is { } readBy && !ReferenceEquals(readBy, reader))
            {
                // Another rulebook has come into force since the line was read.
                var (again, refused) = reader.ReadAgain(read);
                if (again is null)
                {
                    verdicts.Add(new Verdict(FeedOutcome.Rejected, refused));
                    continue;
                }

                candidate = again;
            }

            var head = known.Heads.GetValueOrDefault(candidate.Record);
            RecordId? holder = candidate.NaturalKey != 0 && known.Holders.TryGetValue(candidate.NaturalKey, out var other) ? other : null;
            var (outcome, rejection) = EventAdmission.Decide(candidate, head, holder);
            verdicts.Add(new Verdict(outcome, rejection));
            if (outcome != FeedOutcome.Accepted)
                continue;
            if (head is not null && head.NaturalKey != 0 && known.Holders.TryGetValue(head.NaturalKey, out var held) && held == head.Record)
                known.Holders.Remove(head.NaturalKey);
            if (candidate.NaturalKey != 0)
                known.Holders[candidate.NaturalKey] = candidate.Record;
            known.Heads[candidate.Record] = new RecordHead(
                candidate.Record, candidate.Subject, candidate.Kind, candidate.Revision, candidate.Op, candidate.Digest,
                candidate.NaturalKey);
            Know(candidate);
            accepted.Add((EntryOf(candidate, submission.Actor, isFirst: head is null), candidate));
        }

        return verdicts;
    }

    private JournalEntry EntryOf(RecordEvent accepted, string actor, bool isFirst) => new()
    {
        Shard = ShardMap.ShardOf(accepted.Subject, _store.ShardCount),
        Position = 0,
        Subject = accepted.Subject,
        Record = accepted.Record,
        Revision = accepted.Revision,
        Op = accepted.Op,
        Kind = accepted.Kind,
        Date = accepted.Facts.Date,
        Payload = accepted.Payload,
        Digest = accepted.Digest,
        NaturalKey = accepted.NaturalKey,
        IsFirst = isFirst,
        Actor = actor,
        ReceivedAt = _time.GetUtcNow(),
    };

    private async ValueTask DeliverAsync(
        List<(JournalEntry Entry, RecordEvent Event)> accepted, IReadOnlyList<JournalEntry> appended, EventReader reader)
    {
        var byShard = new Dictionary<int, List<FoldItem>>();
        for (var i = 0; i < appended.Count; i++)
        {
            var (entry, source) = (appended[i], accepted[i].Event);
            if (!byShard.TryGetValue(entry.Shard, out var items))
                byShard[entry.Shard] = items = [];
            items.Add(new FoldItem(
                source.Subject.Value, entry.Position, source.Record, source.Revision, source.Op, source.Kind, source.Facts,
                reader, source.Payload));
        }

        foreach (var (shard, items) in byShard)
            await DeliverNewAsync(shard, items).ConfigureAwait(false);
    }

    private async ValueTask DeliverNewAsync(int shard, List<FoldItem> items)
    {
        if (items.Count == 0 || !_owns(shard))
            return;

        // Entries whose append was answered with a fault, or that somebody else has appended, may lie in between.
        while (items[0].Position > HeadOf(shard) + 1)
        {
            var missed = await _store.Journal.ReadShardAsync(
                shard, HeadOf(shard), (int)Math.Min(CatchUpPage, items[0].Position - HeadOf(shard) - 1), CancellationToken.None)
                .ConfigureAwait(false);
            await DeliverAsync(shard, [.. missed.Select(ItemOf)]).ConfigureAwait(false);
        }

        await DeliverAsync(shard, items).ConfigureAwait(false);
    }

    private ValueTask DeliverAsync(int shard, List<FoldItem> items)
    {
        Volatile.Write(ref _heads[shard], items[^1].Position);
        return _deliver(shard, items);
    }

    [LoggerMessage(2004, LogLevel.Error, "A journal commit failed")]
    private static partial void CommitFailed(ILogger log, Exception fault);

    private sealed record Known(
        HashSet<RecordId> Asked, Dictionary<RecordId, RecordHead> Heads, Dictionary<long, RecordId> Holders);
}

/// <summary>What became of one event.</summary>
internal readonly record struct Verdict(FeedOutcome Outcome, Rejection? Rejection);
