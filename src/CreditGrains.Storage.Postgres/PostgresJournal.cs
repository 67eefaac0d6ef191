using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>The journal: entries by shard and position, and beside them the table of revisions that keeps each one single (I2).</summary>
internal sealed partial class PostgresJournal(
    PostgresDatabase database, ShardLeases leases, SymbolRows symbolRows, SymbolTable symbols, int shardCount, bool shared,
    TimeProvider time) : IJournal
{
    internal const string FindHeads = """
        SELECT u.source, u.record_id, j.subject, j.kind, j.revision, j.op, j.digest, j.natural_key
        FROM unnest($1, $2) AS u(source, record_id)
        CROSS JOIN LATERAL (
            SELECT r.shard, r.position FROM credit.record AS r
            WHERE r.source = u.source AND r.record_id = u.record_id ORDER BY r.revision DESC LIMIT 1) AS head
        JOIN credit.journal AS j ON j.shard = head.shard AND j.position = head.position
        """;

    internal const string FindNaturalKeys = """
        SELECT j.source, j.record_id, j.subject, j.kind, j.revision, j.op, j.digest, j.natural_key
        FROM unnest($1, $2, $3) AS u(shard, subject_key, natural_key)
        CROSS JOIN LATERAL (
            SELECT * FROM credit.journal AS e
            WHERE e.shard = u.shard AND e.subject_key = u.subject_key AND e.natural_key = u.natural_key
                AND e.natural_key <> 0 AND e.op = 0 AND NOT EXISTS (
                    SELECT 1 FROM credit.record AS newer
                    WHERE newer.source = e.source AND newer.record_id = e.record_id AND newer.revision > e.revision)
            OFFSET 0) AS j
        """;

    internal const string SelectShard =
        "SELECT " + Columns + " FROM credit.journal AS j WHERE shard = $1 AND position > $2 ORDER BY position LIMIT $3";

    internal const string SelectKeys = """
        SELECT position, source, record_id, natural_key FROM credit.journal WHERE shard = $1 AND position > $2 ORDER BY position LIMIT $3
        """;

    internal const string SelectMentions = """
        SELECT u.shard, e.position, e.subject FROM unnest($1, $2) AS u(shard, after)
        CROSS JOIN LATERAL (
            SELECT position, subject FROM credit.journal AS j
            WHERE j.shard = u.shard AND j.position > u.after ORDER BY j.position LIMIT $3) AS e
        """;

    internal const string SelectSubject = "SELECT " + Columns + """
         FROM credit.journal AS j
        WHERE shard = $1 AND subject_key = $2 AND position > $3 AND position <= $4 AND subject = $5 ORDER BY position LIMIT $6
        """;

    internal const string SelectSubjects = "SELECT " + Columns + """
         FROM unnest($2, $3, $4) WITH ORDINALITY AS u(key, subject, up_to, place)
        CROSS JOIN LATERAL (
            SELECT * FROM credit.journal AS e
            WHERE e.shard = $1 AND e.subject_key = u.key AND e.position <= u.up_to AND e.subject = u.subject
            ORDER BY e.position LIMIT $5) AS j
        ORDER BY u.place, j.position LIMIT $5
        """;

    internal const string SelectRevisions = "SELECT " + Columns + """
         FROM unnest($1, $2, $3) AS u(source, record_id, revision)
        CROSS JOIN LATERAL (
            SELECT r.shard, r.position FROM credit.record AS r
            WHERE r.source = u.source AND r.record_id = u.record_id AND r.revision = u.revision LIMIT 1) AS known
        JOIN credit.journal AS j ON j.shard = known.shard AND j.position = known.position
        """;

    internal const string SelectRecord = "SELECT " + Columns + """
         FROM credit.record AS r JOIN credit.journal AS j ON j.shard = r.shard AND j.position = r.position
        WHERE r.source = $1 AND r.record_id = $2 ORDER BY r.revision
        """;

    internal const string Destroy = """
        SELECT coalesce(sum(credit.destroy_content(u.source, u.record_id)), 0)::int8 FROM unnest($1, $2) AS u(source, record_id)
        """;

    internal const string SelectHead = "SELECT head FROM credit.shard WHERE shard = $1";
    internal const string SelectReceivedAt = "SELECT received_at FROM credit.journal WHERE shard = $1 AND position = $2";

    private const string Columns = """
        j.shard, j.position, j.subject, j.source, j.record_id, j.revision, j.op, j.kind, j.date, j.digest, j.natural_key, j.actor,
            j.received_at, j.payload
        """;

    public async Task<IReadOnlyList<RecordHead>> FindHeadsAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation)
    {
        // A source without a symbol has sent nothing.
        var known = records.Where(record => symbols.Find(record.Source.Value) >= 0).ToList();
        if (known.Count == 0)
            return [];
        return await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(
                FindHeads,
                P.Ints(known.Select(record => symbols.Find(record.Source.Value))), P.Texts(known.Select(record => record.Id))),
            HeadOf,
            cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<RecordHead>> FindByNaturalKeyAsync(
        IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation)
    {
        if (naturalKeys.Count == 0)
            return [];
        var asked = naturalKeys.Distinct().ToList();
        return await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(
                FindNaturalKeys,
                P.Shorts(asked.Select(each => ShardMap.ShardOf(each.Subject, shardCount))),
                P.Longs(asked.Select(each => ShardMap.KeyOf(each.Subject))), P.Longs(asked.Select(each => each.Key))),
            HeadOf,
            cancellation).ConfigureAwait(false);
    }

    public async Task<int> DestroyAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation)
    {
        var known = records.Where(record => symbols.Find(record.Source.Value) >= 0).ToList();
        if (known.Count == 0)
            return 0;
        leases.RequireHeld();
        return (int)await database.PointAsync(
            () => P.Command(
                Destroy, P.Ints(known.Select(record => symbols.Find(record.Source.Value))), P.Texts(known.Select(record => record.Id))),
            row => row.GetInt64(0), cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalEntry>> ReadShardAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(SelectShard, P.Short(shard), P.Long(after), P.Int(limit)),
            EntryOf,
            cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<JournalKey>> ReadKeysAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(SelectKeys, P.Short(shard), P.Long(after), P.Int(limit)),
            row => new JournalKey(
                row.GetInt64(0), new RecordId(new SourceId(symbols.Text(row.GetInt32(1))), row.Text(2)), row.GetInt64(3)),
            cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<SubjectMention>> ReadMentionsAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation)
    {
        if (after.Count == 0)
            return [];
        var mentions = await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(
                SelectMentions,
                P.Shorts(after.Select(place => place.Shard)), P.Longs(after.Select(place => place.Number)), P.Int(limitEach)),
            row => new SubjectMention(row.GetInt16(0), row.GetInt64(1), new SubjectId(row.Text(2))),
            cancellation).ConfigureAwait(false);
        return [.. mentions.OrderBy(mention => mention.Shard).ThenBy(mention => mention.Position)];
    }

    public async Task<IReadOnlyList<JournalEntry>> ReadSubjectAsync(
        SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => P.Command(
            SelectSubject,
            P.Short(ShardMap.ShardOf(subject, shardCount)), P.Long(ShardMap.KeyOf(subject)), P.Long(after), P.Long(upTo),
            P.Text(subject.Value), P.Int(limit)),
        EntryOf,
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<JournalEntry>> ReadSubjectsAsync(
        int shard, IReadOnlyList<SubjectBound> subjects, int limit, CancellationToken cancellation)
    {
        foreach (var (subject, _) in subjects)
            PostgresStore.RequireShard(subject, shard, shardCount);
        return subjects.Count == 0
            ? []
            : await database.QueryAsync(
                PostgresDatabase.PrepareRead,
                () => P.Command(
                    SelectSubjects,
                    P.Short(shard), P.Longs(subjects.Select(each => ShardMap.KeyOf(each.Subject))),
                    P.Texts(subjects.Select(each => each.Subject.Value)), P.Longs(subjects.Select(each => each.UpTo)), P.Int(limit)),
                EntryOf,
                cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalEntry>> ReadRevisionsAsync(
        IReadOnlyCollection<RecordRevision> revisions, CancellationToken cancellation)
    {
        var known = revisions.Where(each => symbols.Find(each.Record.Source.Value) >= 0).ToList();
        return known.Count == 0
            ? []
            : await database.QueryAsync(
                PostgresDatabase.PrepareRead,
                () => P.Command(
                    SelectRevisions,
                    P.Ints(known.Select(each => symbols.Find(each.Record.Source.Value))), P.Texts(known.Select(each => each.Record.Id)),
                    P.Ints(known.Select(each => each.Revision))),
                EntryOf,
                cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalEntry>> ReadRecordAsync(RecordId record, CancellationToken cancellation) =>
        symbols.Find(record.Source.Value) is var source && source < 0
            ? []
            : await database.QueryAsync(
                PostgresDatabase.PrepareRead, () => P.Command(SelectRecord, P.Int(source), P.Text(record.Id)), EntryOf, cancellation)
                .ConfigureAwait(false);

    /// <summary>Positions have no gaps and receipt never goes back, so the last one is found by halving.</summary>
    public async Task<long> PositionAtAsync(int shard, DateTimeOffset instant, CancellationToken cancellation)
    {
        var high = await PointAsync(() => P.Command(SelectHead, P.Short(shard)), cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Shard {shard} is missing in the database: restore a backup.", StoreFault.Corrupt);
        var low = 0L;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var at = middle;
            var received = await PointAsync(() => P.Command(SelectReceivedAt, P.Short(shard), P.Long(at)), cancellation)
                .ConfigureAwait(false)
                ?? throw new StoreException($"Position {middle} of shard {shard} is missing: restore a backup.", StoreFault.Corrupt);
            if (received <= instant.UtcTicks)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private Task<long?> PointAsync(Func<NpgsqlBatchCommand> statement, CancellationToken cancellation) =>
        database.PointAsync<long?>(statement, row => row.GetInt64(0), cancellation);

    private RecordHead HeadOf(NpgsqlDataReader row) => new(
        new RecordId(new SourceId(symbols.Text(row.GetInt32(0))), row.Text(1)),
        new SubjectId(row.Text(2)),
        symbols.Text(row.GetInt32(3)),
        row.GetInt32(4),
        (EventOp)row.GetInt16(5),
        ContentDigest.FromBytes(row.Bytes(6)),
        row.GetInt64(7));

    private JournalEntry EntryOf(NpgsqlDataReader row) => new()
    {
        Shard = row.GetInt16(0),
        Position = row.GetInt64(1),
        Subject = new SubjectId(row.Text(2)),
        Record = new RecordId(new SourceId(symbols.Text(row.GetInt32(3))), row.Text(4)),
        Revision = row.GetInt32(5),
        Op = (EventOp)row.GetInt16(6),
        Kind = symbols.Text(row.GetInt32(7)),
        Date = row.DateOrNull(8),
        Digest = ContentDigest.FromBytes(row.Bytes(9)),
        NaturalKey = row.GetInt64(10),
        Actor = symbols.Text(row.GetInt32(11)),
        ReceivedAt = row.Instant(12),
        Payload = row.Bytes(13),
    };
}
