using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The journal of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryJournal(InMemoryStore store, InMemoryData data) : IJournal
{
    public Task<IReadOnlyList<RecordHead>> FindHeadsAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<RecordHead>>(
            "Journal.FindHeads", () => [.. records.Where(data.Records.ContainsKey).Select(HeadOf)], cancellation);

    public Task<IReadOnlyList<RecordHead>> FindByNaturalKeyAsync(
        IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<RecordHead>>(
            "Journal.FindByNaturalKey",
            () =>
            [
                .. naturalKeys.Select(each => each.Key).Where(data.NaturalKeys.ContainsKey).SelectMany(
                    key => data.NaturalKeys[key].Select(HeadOf).Where(head => head.NaturalKey == key && head.Op == EventOp.Put)),
            ],
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation) =>
        store.WriteAsync<IReadOnlyList<JournalEntry>>("Journal.Append", () => Append(entries), cancellation);

    public Task<IReadOnlyList<JournalKey>> ReadKeysAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalKey>>(
            "Journal.ReadKeys",
            () =>
            [
                .. data.Shards[shard].Entries.Skip((int)after).Take(limit)
                    .Select(entry => new JournalKey(entry.Position, entry.Record, entry.NaturalKey)),
            ],
            cancellation);

    public Task<IReadOnlyList<SubjectMention>> ReadMentionsAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<SubjectMention>>(
            "Journal.ReadMentions",
            () =>
            [
                .. after.OrderBy(place => place.Shard).SelectMany(
                    place => data.Shards[place.Shard].Entries.Skip((int)place.Number).Take(limitEach)
                        .Select(entry => new SubjectMention(place.Shard, entry.Position, entry.Subject))),
            ],
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadShardAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalEntry>>(
            "Journal.ReadShard", () => [.. data.Shards[shard].Entries.Skip((int)after).Take(limit)], cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectAsync(
        SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalEntry>>(
            "Journal.ReadSubject",
            () =>
            [
                .. data.Shards[ShardMap.ShardOf(subject, data.Shards.Length)].Entries.Skip((int)after)
                    .TakeWhile(entry => entry.Position <= upTo).Where(entry => entry.Subject == subject).Take(limit),
            ],
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectsAsync(
        int shard, IReadOnlyList<SubjectBound> subjects, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalEntry>>(
            "Journal.ReadSubjects",
            () =>
            [
                .. subjects.SelectMany(each =>
                {
                    data.RequireShard(each.Subject, shard);
                    return data.Shards[shard].Entries.Where(entry => entry.Subject == each.Subject && entry.Position <= each.UpTo);
                }).Take(limit),
            ],
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadRevisionsAsync(
        IReadOnlyCollection<RecordRevision> revisions, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalEntry>>(
            "Journal.ReadRevisions",
            () =>
            [
                .. revisions.Select(each => data.Records.GetValueOrDefault(each.Record)?.GetValueOrDefault(each.Revision))
                    .OfType<JournalEntry>(),
            ],
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadRecordAsync(RecordId record, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<JournalEntry>>(
            "Journal.ReadRecord", () => [.. data.Records.TryGetValue(record, out var revisions) ? revisions.Values : []], cancellation);

    public Task<long> PositionAtAsync(int shard, DateTimeOffset instant, CancellationToken cancellation) => store.ReadAsync<long>(
        "Journal.PositionAt",
        () => data.Shards[shard].Entries.FindLastIndex(entry => entry.ReceivedAt <= instant) + 1,
        cancellation);

    public Task<int> DestroyAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation) =>
        store.WriteAsync("Journal.Destroy", () => records.Sum(Destroy), cancellation);

    private int Destroy(RecordId record)
    {
        if (!data.Records.TryGetValue(record, out var revisions) || revisions.Values[^1].Op != EventOp.Withdraw)
            return 0;
        var emptied = 0;
        foreach (var entry in revisions.Values.Where(entry => entry.Op == EventOp.Put && !entry.Payload.IsEmpty).ToList())
        {
            var entries = data.Shards[entry.Shard].Entries;
            var left = entries[(int)entry.Position - 1] with { Payload = ReadOnlyMemory<byte>.Empty, Date = null };
            entries[(int)entry.Position - 1] = revisions[entry.Revision] = left;
            emptied++;
        }

        return emptied;
    }

    private RecordHead HeadOf(RecordId record)
    {
        var newest = data.Records[record].Values[^1];
        return new RecordHead(record, newest.Subject, newest.Kind, newest.Revision, newest.Op, newest.Digest, newest.NaturalKey);
    }

    private JournalEntry[] Append(IReadOnlyList<JournalEntry> entries)
    {
        var fresh = new HashSet<(RecordId, int)>();
        foreach (var entry in entries)
        {
            data.RequireShard(entry.Subject, entry.Shard);
            var known = data.Records.TryGetValue(entry.Record, out var revisions) && revisions.ContainsKey(entry.Revision);
            if (known || !fresh.Add((entry.Record, entry.Revision)))
                throw new DuplicateRevisionException($"Revision {entry.Revision} of record {entry.Record} is already in the journal.");
        }

        return [.. entries.Select(Append)];
    }

    private JournalEntry Append(JournalEntry entry)
    {
        var shard = data.Shards[entry.Shard].Entries;
        var now = data.Time.GetUtcNow();
        var appended = entry with
        {
            Position = shard.Count + 1,
            ReceivedAt = shard.Count > 0 && shard[^1].ReceivedAt > now ? shard[^1].ReceivedAt : now,
            Payload = entry.Payload.ToArray(),
        };
        shard.Add(appended with { Deadlines = null });
        if (entry.Deadlines is { } deadlines)
            data.Deadlines[entry.Record.Id] = deadlines;
        if (!data.Records.TryGetValue(entry.Record, out var revisions))
            data.Records[entry.Record] = revisions = [];
        revisions.Add(entry.Revision, appended);
        if (entry.NaturalKey != 0)
        {
            if (!data.NaturalKeys.TryGetValue(entry.NaturalKey, out var records))
                data.NaturalKeys[entry.NaturalKey] = records = [];
            records.Add(entry.Record);
        }

        return appended;
    }
}
