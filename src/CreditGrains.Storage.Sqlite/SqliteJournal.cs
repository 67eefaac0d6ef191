using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The journal table. Positions come from the shard's row inside the transaction that holds the write lock.</summary>
internal sealed class SqliteJournal(
    Writer writer, Readers readers, JournalKeys keys, SymbolTable symbols, int shardCount, TimeProvider time) : IJournal
{
    internal const string FindHead = """
        SELECT subject, kind, revision, op, digest, natural_key FROM journal
        WHERE source = ? AND record_id = ? ORDER BY revision DESC LIMIT 1
        """;

    // Apart from the heads: most keys are new, and a statement of one table is begun sooner.
    internal const string FindNaturalKey = "SELECT entry FROM journal_key WHERE key = ?";

    // The key's entry may be another subject's, of the same key.
    internal const string FindNaturalKeyHead = """
        SELECT subject, kind, revision, op, digest, natural_key, source, record_id FROM journal
        WHERE id = ?1 AND natural_key = ?2 AND natural_key <> 0 AND op = 0 AND NOT EXISTS (
            SELECT 1 FROM journal AS newer
            WHERE newer.source = journal.source AND newer.record_id = journal.record_id AND newer.revision > journal.revision)
        """;

    internal const string ReadShardHead = "SELECT head, received_at FROM shard WHERE shard = ?";
    internal const string WriteShardHead = "UPDATE shard SET head = ?, received_at = ? WHERE shard = ?";

    internal const string Insert = """
        INSERT INTO journal (id, subject, source, record_id, revision, op, kind, date, digest, natural_key, actor, received_at, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    internal const string SelectShard = "SELECT " + Columns + " FROM journal WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";

    internal const string SelectKeys =
        "SELECT id, source, record_id, natural_key FROM journal WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";

    internal const string SelectMentions = "SELECT id, subject FROM journal WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";

    internal const string SelectSubject = "SELECT " + Columns + """
         FROM journal_key CROSS JOIN journal ON id = entry
        WHERE key = ?1 AND entry > ?2 AND entry <= ?3 AND subject = ?4 ORDER BY entry LIMIT ?5
        """;

    internal const string SelectEntry = "SELECT " + Columns + " FROM journal WHERE id = ? AND subject = ?";
    internal const string SelectRevision =
        "SELECT " + Columns + " FROM journal WHERE source = ? AND record_id = ? AND revision = ?";

    internal const string SelectRecord = "SELECT " + Columns + " FROM journal WHERE source = ? AND record_id = ? ORDER BY revision";

    internal const string SelectReceivedAt = "SELECT received_at FROM journal WHERE id = ?";

    internal const string Destroy = """
        UPDATE journal SET payload = x'', date = NULL
        WHERE source = ?1 AND record_id = ?2 AND op = 0 AND length(payload) > 0
            AND (SELECT op FROM journal WHERE source = ?1 AND record_id = ?2 ORDER BY revision DESC LIMIT 1) = 1
        """;

    internal const string Overwrite = "PRAGMA secure_delete = ON";
    internal const string LeaveAsItIs = "PRAGMA secure_delete = OFF";

    private const string Columns =
        "id, subject, source, record_id, revision, op, kind, date, digest, natural_key, actor, received_at, payload";

    public Task<IReadOnlyList<RecordHead>> FindHeadsAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation) =>
        Read<IReadOnlyList<RecordHead>>(records.Count, connection => FindHeads(connection, records, cancellation), cancellation);

    public Task<IReadOnlyList<RecordHead>> FindByNaturalKeyAsync(
        IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation) =>
        Read<IReadOnlyList<RecordHead>>(
            naturalKeys.Count, connection => FindNaturalKeys(connection, naturalKeys, cancellation), cancellation);

    public async Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
            SqliteStore.RequireShard(entry.Subject, entry.Shard, shardCount);
        if (entries.Count == 0)
            return [];
        await keys.WaitAsync().ConfigureAwait(false);
        Action? undo = null;
        var appended = await writer.RunAsync(
            WriteLane.Journal,
            connection =>
            {
                undo = null;
                var placed = Append(connection, entries);
                undo = keys.Add(placed);
                return placed;
            },
            () => undo?.Invoke(),
            cancellation).ConfigureAwait(false);
        keys.StartIfDue();
        return appended;
    }

    /// <summary>Freed content is overwritten, and leaves the log file too.</summary>
    public async Task<int> DestroyAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation)
    {
        if (records.Count == 0)
            return 0;
        var emptied = await writer.RunAsync(
            WriteLane.Other,
            connection =>
            {
                connection.Run(Overwrite);
                try
                {
                    var count = 0;
                    foreach (var record in records.Where(record => symbols.Find(record.Source.Value) >= 0))
                        count += connection.Prepare(Destroy).Bind(symbols.Find(record.Source.Value)).Bind(record.Id).Execute();
                    return count;
                }
                finally
                {
                    connection.Run(LeaveAsItIs);
                }
            },
            cancellation).ConfigureAwait(false);
        await writer.ClearLogAsync().ConfigureAwait(false);
        return emptied;
    }

    public Task<IReadOnlyList<JournalEntry>> ReadShardAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<JournalEntry>>(
            connection => ReadEntries(
                connection.Prepare(SelectShard).Bind(JournalId.Of(shard, after)).Bind(JournalId.LastOf(shard)).Bind(limit), cancellation),
            cancellation);

    public Task<IReadOnlyList<JournalKey>> ReadKeysAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<JournalKey>>(
            connection =>
            {
                var found = new List<JournalKey>();
                var row = connection.Prepare(SelectKeys).Bind(JournalId.Of(shard, after)).Bind(JournalId.LastOf(shard)).Bind(limit);
                while (row.Read())
                {
                    found.Add(new JournalKey(
                        JournalId.PositionOf(row.Long(0)), new RecordId(new SourceId(symbols.Text(row.Int(1))), row.Text(2)), row.Long(3)));
                }

                return found;
            },
            cancellation);

    public Task<IReadOnlyList<SubjectMention>> ReadMentionsAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<SubjectMention>>(
            connection =>
            {
                var found = new List<SubjectMention>();
                foreach (var (shard, position) in after.OrderBy(place => place.Shard))
                {
                    cancellation.ThrowIfCancellationRequested();
                    var row = connection.Prepare(SelectMentions)
                        .Bind(JournalId.Of(shard, position)).Bind(JournalId.LastOf(shard)).Bind(limitEach);
                    while (row.Read())
                        found.Add(new SubjectMention(shard, JournalId.PositionOf(row.Long(0)), new SubjectId(row.Text(1))));
                }

                return found;
            },
            cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectAsync(
        SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<JournalEntry>>(
        connection =>
        {
            var shard = ShardMap.ShardOf(subject, shardCount);
            return ReadSubject(connection, subject, JournalId.Of(shard, after), JournalId.Of(shard, upTo), limit, cancellation);
        },
        cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectsAsync(
        int shard, IReadOnlyList<SubjectBound> subjects, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<JournalEntry>>(
        connection =>
        {
            var entries = new List<JournalEntry>();
            foreach (var (subject, upTo) in subjects)
            {
                SqliteStore.RequireShard(subject, shard, shardCount);
                if (entries.Count >= limit)
                    break;
                entries.AddRange(ReadSubject(
                    connection, subject, JournalId.Of(shard, 0), JournalId.Of(shard, upTo), limit - entries.Count, cancellation));
            }

            return entries;
        },
        cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadRevisionsAsync(
        IReadOnlyCollection<RecordRevision> revisions, CancellationToken cancellation) => Read<IReadOnlyList<JournalEntry>>(
        revisions.Count,
        connection => connection.Snapshot(snapshot =>
        {
            var entries = new List<JournalEntry>(revisions.Count);
            foreach (var (record, revision) in revisions)
            {
                entries.AddRange(ReadEntries(
                    snapshot.Prepare(SelectRevision).Bind(symbols.Find(record.Source.Value)).Bind(record.Id).Bind(revision), cancellation));
            }

            return entries;
        }),
        cancellation);

    public Task<IReadOnlyList<JournalEntry>> ReadRecordAsync(RecordId record, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<JournalEntry>>(
            connection => ReadEntries(
                connection.Prepare(SelectRecord).Bind(symbols.Find(record.Source.Value)).Bind(record.Id), cancellation),
            cancellation);

    public Task<long> PositionAtAsync(int shard, DateTimeOffset instant, CancellationToken cancellation) => readers.PointAsync(
        connection => connection.Snapshot(snapshot => PositionAt(snapshot, shard, instant.UtcTicks)), cancellation);

    // A handful of keys costs less than the way to another thread.
    private Task<T> Read<T>(int keys, Func<Connection, T> work, CancellationToken cancellation) =>
        keys <= 16 ? readers.PointAsync(work, cancellation) : readers.ScanAsync(work, cancellation);

    private List<RecordHead> FindHeads(
        Connection connection, IReadOnlyCollection<RecordId> records, CancellationToken cancellation) => connection.Snapshot(snapshot =>
        {
            var heads = new List<RecordHead>();
            var row = snapshot.Prepare(FindHead);
            foreach (var record in records)
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.Bind(symbols.Find(record.Source.Value)).Bind(record.Id).Read())
                    heads.Add(HeadOf(row, record));
                row.Reset();
            }

            return heads;
        });

    private List<RecordHead> FindNaturalKeys(
        Connection connection, IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation)
    {
        var entries = new HashSet<(long Key, long Entry)>();
        var unwritten = new List<long>();
        foreach (var (_, key) in naturalKeys)
        {
            keys.FindUnwritten(key, unwritten);
            foreach (var entry in unwritten)
                entries.Add((key, entry));
            unwritten.Clear();
        }

        return connection.Snapshot(snapshot =>
        {
            var row = snapshot.Prepare(FindNaturalKey);
            foreach (var (_, key) in naturalKeys)
            {
                cancellation.ThrowIfCancellationRequested();
                row.Bind(key);
                while (row.Read())
                    entries.Add((key, row.Long(0)));
            }

            var heads = new List<RecordHead>();
            row = snapshot.Prepare(FindNaturalKeyHead);
            foreach (var (key, entry) in entries)
            {
                if (row.Bind(entry).Bind(key).Read())
                    heads.Add(HeadOf(row, new RecordId(new SourceId(symbols.Text(row.Int(6))), row.Text(7))));
                row.Reset();
            }

            return heads;
        });
    }

    private List<JournalEntry> ReadSubject(
        Connection connection, SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation)
    {
        var key = JournalKeys.KeyOf(subject);
        var unwritten = new List<long>();
        keys.FindUnwritten(key, unwritten);
        var page = ReadEntries(
            connection.Prepare(SelectSubject).Bind(key).Bind(after).Bind(upTo).Bind(subject.Value).Bind(limit), cancellation);
        unwritten.RemoveAll(entry => entry <= after || entry > upTo);
        if (unwritten.Count == 0)
            return page;

        // Two ordered lists, with entries in both while keys are being written.
        var known = page.Select(entry => entry.Position).ToHashSet();
        var added = 0;
        foreach (var entry in unwritten.Distinct().Order())
        {
            if (added == limit)
                break;
            if (known.Contains(JournalId.PositionOf(entry)))
                continue;
            var found = ReadEntries(connection.Prepare(SelectEntry).Bind(entry).Bind(subject.Value), cancellation);
            page.AddRange(found);
            added += found.Count;
        }

        return [.. page.OrderBy(entry => entry.Position).Take(limit)];
    }

    private RecordHead HeadOf(Statement row, RecordId record) => new(
        record,
        new SubjectId(row.Text(0)),
        symbols.Text(row.Int(1)),
        row.Int(2),
        (EventOp)row.Int(3),
        ContentDigest.FromBytes(row.BlobInPlace(4)),
        row.Long(5));

    private JournalEntry[] Append(Connection connection, IReadOnlyList<JournalEntry> entries)
    {
        var now = time.GetUtcNow().UtcTicks;
        var heads = new Dictionary<int, (long Head, long ReceivedAt)>();
        var appended = new JournalEntry[entries.Count];
        var order = new (long Id, int Index)[entries.Count];
        for (var i = 0; i < appended.Length; i++)
        {
            var shard = entries[i].Shard;
            if (!heads.TryGetValue(shard, out var head))
            {
                head = ReadHead(connection, shard);
                head.ReceivedAt = Math.Max(now, head.ReceivedAt);
            }

            head.Head++;
            heads[shard] = head;
            appended[i] = entries[i] with { Position = head.Head, ReceivedAt = new DateTimeOffset(head.ReceivedAt, TimeSpan.Zero) };
            order[i] = (JournalId.Of(shard, head.Head), i);
        }

        // A shard's entries one after the other: they go to the same page.
        Array.Sort(order);
        foreach (var (id, index) in order)
            InsertEntry(connection, id, appended[index]);
        foreach (var (shard, (head, receivedAt)) in heads)
            connection.Prepare(WriteShardHead).Bind(head).Bind(receivedAt).Bind(shard).Execute();
        foreach (var entry in appended.Where(entry => entry.Deadlines is not null))
            SqliteDeadlines.Replace(connection, entry.Record.Id, entry.Deadlines!);
        return appended;
    }

    private void InsertEntry(Connection connection, long id, JournalEntry entry)
    {
        try
        {
            connection.Prepare(Insert)
                .Bind(id)
                .Bind(entry.Subject.Value)
                .Bind(symbols.Intern(entry.Record.Source.Value))
                .Bind(entry.Record.Id)
                .Bind(entry.Revision)
                .Bind((int)entry.Op)
                .Bind(symbols.Intern(entry.Kind))
                .Bind(entry.Date)
                .BindBlob(entry.Digest.ToBytes())
                .Bind(entry.NaturalKey)
                .Bind(symbols.Intern(entry.Actor))
                .Bind(entry.ReceivedAt)
                .Bind(entry.Payload.Span)
                .Execute();
        }
        catch (UniqueViolationException violation)
        {
            throw new DuplicateRevisionException(
                $"Revision {entry.Revision} of record {entry.Record} is already in the journal.", violation);
        }
    }

    private static (long Head, long ReceivedAt) ReadHead(Connection connection, int shard)
    {
        var row = connection.Prepare(ReadShardHead).Bind(shard);
        if (!row.Read())
            throw new StoreException($"Shard {shard} is missing in the database: restore a backup.", StoreFault.Corrupt);
        var head = (row.Long(0), row.Long(1));
        row.Reset();
        return head;
    }

    private List<JournalEntry> ReadEntries(Statement row, CancellationToken cancellation)
    {
        var entries = new List<JournalEntry>();
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            entries.Add(new JournalEntry
            {
                Shard = JournalId.ShardOf(row.Long(0)),
                Position = JournalId.PositionOf(row.Long(0)),
                Subject = new SubjectId(row.Text(1)),
                Record = new RecordId(new SourceId(symbols.Text(row.Int(2))), row.Text(3)),
                Revision = row.Int(4),
                Op = (EventOp)row.Int(5),
                Kind = symbols.Text(row.Int(6)),
                Date = row.DateOrNull(7),
                Digest = ContentDigest.FromBytes(row.BlobInPlace(8)),
                NaturalKey = row.Long(9),
                Actor = symbols.Text(row.Int(10)),
                ReceivedAt = row.Instant(11),
                Payload = row.Blob(12),
            });
        }

        return entries;
    }

    /// <summary>Positions have no gaps and receipt never goes back, so the last one is found by halving.</summary>
    private static long PositionAt(Connection connection, int shard, long ticks)
    {
        long low = 0, high = ReadHead(connection, shard).Head;
        var row = connection.Prepare(SelectReceivedAt);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (!row.Bind(JournalId.Of(shard, middle)).Read())
                throw new StoreException($"Position {middle} of shard {shard} is missing: restore a backup.", StoreFault.Corrupt);
            var received = row.Long(0);
            row.Reset();
            if (received <= ticks)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
