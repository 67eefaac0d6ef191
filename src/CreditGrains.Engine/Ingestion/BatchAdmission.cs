using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Decides for a batch of events which are accepted, by what the journal knows. One batch at a time, whatever its lane: none is decided
/// while another lane appends a revision of a record that it asks about. Natural keys need no such care: they hold within a subject, and a
/// subject has one lane.
/// </summary>
internal sealed class BatchAdmission(DuplicateLookup lookup, IReadOnlyList<CommitLane> lanes, int shardCount, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _admissionLock = new(1, 1);

    /// <summary>Decides for a batch, and marks its records as being appended by the lane.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<AdmittedBatch> AdmitAsync(CommitLane lane, List<Submission> batch, EventReader reader)
    {
        await _admissionLock.WaitAsync().ConfigureAwait(false);
        try
        {
            // No lane begins to append meanwhile: that needs an admission. An append that is under way now may end while the journal is
            // asked, and is then either seen by the question or waited for.
            var others = lanes.Where(other => other != lane).Select(other => other.Appending).OfType<PendingAppend>().ToList();
            var events = batch.SelectMany(submission => submission.Events);
            var known = await lookup.FindAsync(events).ConfigureAwait(false);
            var concerned = others.FindAll(other => known.Asked.Any(other.Records.ContainsKey));
            if (concerned.Count > 0)
            {
                await Task.WhenAll(concerned.Select(other => other.Ended)).ConfigureAwait(false);
                known = await lookup.FindAsync(events).ConfigureAwait(false);
            }

            var admitted = new AdmittedBatch();
            foreach (var submission in batch)
                admitted.Verdicts.Add(Admit(submission, reader, known, admitted));

            // Still under the lock: the next batch's admission sees which records this one is about to append
            // (Append_that_hangs_holds_up_its_own_shards_and_its_own_records).
            lane.BeginAppend(known.Heads);
            return admitted;
        }
        finally
        {
            _admissionLock.Release();
        }
    }

    /// <summary>
    /// Another process has appended one of the revisions: the filter in memory no longer knows everything that the journal holds.
    /// </summary>
    public async Task DistrustFilterAsync()
    {
        await _admissionLock.WaitAsync().ConfigureAwait(false);
        lookup.TurnOff();
        _admissionLock.Release();
    }

    public void Dispose() => _admissionLock.Dispose();

    private List<Verdict> Admit(Submission submission, EventReader reader, KnownRecords known, AdmittedBatch admitted)
    {
        if (submission.IsTogether && Obstacle(submission, reader, known) is { } obstacle)
            return obstacle;
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
            // Later events of the batch are decided as if this event stood in the journal: a second line of the same record is its next
            // revision or a duplicate, and a natural key that a revision gives up is free for another record.
            if (head is not null && head.NaturalKey != 0 && known.Holders.TryGetValue(head.NaturalKey, out var held) && held == head.Record)
                known.Holders.Remove(head.NaturalKey);
            if (candidate.NaturalKey != 0)
                known.Holders[candidate.NaturalKey] = candidate.Record;
            known.Heads[candidate.Record] = new RecordHead(
                candidate.Record, candidate.Subject, candidate.Kind, candidate.Revision, candidate.Op, candidate.Digest,
                candidate.NaturalKey);
            lookup.Note(candidate);
            admitted.Events.Add(candidate);
            admitted.Entries.Add(EntryOf(candidate, submission.Actor, isFirst: head is null));
        }

        return verdicts;
    }

    /// <summary>Why a submission whose events are accepted together only is not accepted; null where it is.</summary>
    private static List<Verdict>? Obstacle(Submission submission, EventReader reader, KnownRecords known)
    {
        var verdicts = new List<Verdict>(submission.Events.Count);
        foreach (var candidate in submission.Events)
        {
            RecordId? holder = candidate.NaturalKey != 0 && known.Holders.TryGetValue(candidate.NaturalKey, out var other) ? other : null;
            var (outcome, rejection) = EventAdmission.Decide(candidate, known.Heads.GetValueOrDefault(candidate.Record), holder);
            verdicts.Add(new Verdict(outcome, rejection));
        }

        // Read under rules that are over: the step is decided again under those of now.
        var isOutdated = !ReferenceEquals(submission.ReadBy, reader);
        if (!isOutdated && verdicts.TrueForAll(verdict => verdict.Outcome == FeedOutcome.Accepted))
            return null;
        var changed = new Verdict(FeedOutcome.Rejected, new Rejection(ErrorCatalogue.CaseChanged, ""));
        return verdicts.ConvertAll(verdict => verdict.Outcome == FeedOutcome.Accepted ? changed : verdict);
    }

    private JournalEntry EntryOf(RecordEvent accepted, string actor, bool isFirst)
    {
        var entry = PlainEntryOf(accepted, actor, isFirst);
        return accepted.Kind == CaseKinds.Case ? entry with { Deadlines = DeadlineRow.Of(entry) } : entry;
    }

    private JournalEntry PlainEntryOf(RecordEvent accepted, string actor, bool isFirst) => new()
    {
        Shard = ShardMap.ShardOf(accepted.Subject, shardCount),
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
        ReceivedAt = time.GetUtcNow(),
    };
}

/// <summary>A batch after admission: a list of verdicts for each submission, and the accepted events with their journal entries.</summary>
internal sealed class AdmittedBatch
{
    public List<List<Verdict>> Verdicts { get; } = [];

    public List<RecordEvent> Events { get; } = [];

    /// <summary>One for each of <see cref="Events"/>, without its position.</summary>
    public List<JournalEntry> Entries { get; } = [];
}
