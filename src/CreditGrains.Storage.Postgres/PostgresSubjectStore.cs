using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Subjects: the packed state and description in a row each, position and assessment in blocks of some dozens (<see
/// cref="AssessmentBlock"/>), what search looks at in a listing. A description whose parts are all null is stored as none.
/// </summary>
internal sealed partial class PostgresSubjectStore(
    PostgresDatabase database, ShardLeases leases, PostgresJournal journal, NameKeys names, SymbolRows symbolRows, SymbolTable symbols,
    int shardCount, TimeProvider time) : ISubjectStore
{
    internal const string Find = "SELECT " + Columns + """
        , s.state, (SELECT h.body FROM credit.sheet AS h WHERE h.shard = $1 AND h.first <= $2 ORDER BY h.first DESC LIMIT 1)
        FROM credit.subject AS s WHERE s.shard = $1 AND s.subject = $2
        """;

    internal const string FindMany = "SELECT " + Columns + ", s.state, h.body" + WithBlocks;
    internal const string FindListed = "SELECT " + Columns + ", NULL::bytea, h.body" + WithBlocks;

    internal const string SelectShards =
        "SELECT s.shard, s.head, f.watermark FROM credit.shard AS s JOIN credit.fold AS f ON f.shard = s.shard ORDER BY s.shard";

    internal const string SumSubjects = "SELECT sum(subjects)::int8 FROM credit.fold";

    internal const string SelectDue = """
        SELECT body FROM credit.sheet WHERE shard = $1 AND next_due <= $2 ORDER BY next_due LIMIT $3
        """;

    internal const string SelectChanges = """
        SELECT c.shard, c.number, c.subject, c.type, c.data, c.at FROM unnest($1, $2) AS u(shard, after) CROSS JOIN LATERAL (
            SELECT shard, number, subject, type, data, at FROM credit.change
            WHERE shard = u.shard AND number > u.after ORDER BY number LIMIT $3) AS c
        """;

    internal const string SelectChangesOf = """
        SELECT c.shard, c.number, c.subject, c.type, c.data, c.at FROM unnest($1, $2) AS u(shard, after) CROSS JOIN LATERAL (
            SELECT shard, number, subject, type, data, at FROM credit.change
            WHERE shard = u.shard AND number > u.after AND type = ANY($4) ORDER BY number LIMIT $3) AS c
        """;

    internal const string PruneChanges = """
        DELETE FROM credit.change WHERE shard = $1 AND number = ANY(ARRAY(
            SELECT number FROM credit.change
            WHERE shard = $1 AND number <= $2
                AND number < (SELECT c.number FROM credit.change AS c WHERE c.shard = $1 ORDER BY c.number DESC LIMIT 1)
            ORDER BY number LIMIT $3))
        """;

    internal const string SelectChangeHeads = "SELECT shard, change_head FROM credit.fold ORDER BY shard";

    private const string Columns = "s.subject, s.shard, s.state_position, s.facts, s.name, s.region, s.industry, s.status";

    // The body of a block comes with the first of its subjects only.
    private const string WithBlocks = """
         FROM (
            SELECT w.*, row_number() OVER (PARTITION BY w.shard, w.first ORDER BY w.subject) AS n
            FROM (
                SELECT u.shard, u.subject, (
                    SELECT f.first FROM credit.sheet AS f WHERE f.shard = u.shard AND f.first <= u.subject ORDER BY f.first DESC LIMIT 1)
                    AS first
                FROM unnest($1, $2) AS u(shard, subject)
                WHERE EXISTS (SELECT 1 FROM credit.subject AS e WHERE e.shard = u.shard AND e.subject = u.subject)) AS w) AS w
        JOIN credit.subject AS s ON s.shard = w.shard AND s.subject = w.subject
        LEFT JOIN credit.sheet AS h ON w.n = 1 AND h.shard = w.shard AND h.first = w.first
        ORDER BY w.shard, w.first, w.n
        """;

    private SharedReads? _reads;

    public async Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation) => await database.PointAsync(
        () => P.Command(Find, P.Short(ShardMap.ShardOf(subject, shardCount)), P.Text(subject.Value)),
        row => SubjectOf(row, EntryOf(row.Bytes(9), subject.Value)),
        cancellation).ConfigureAwait(false);

    public Task<IReadOnlyList<StoredSubject>> FindManyAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation)
    {
        if (subjects.Count == 0)
            return Task.FromResult<IReadOnlyList<StoredSubject>>([]);
        var reads = LazyInitializer.EnsureInitialized(
            ref _reads, () => new SharedReads(some => RowsAsync(FindMany, some, CancellationToken.None)));
        return reads.FindAsync(subjects, cancellation);
    }

    public async Task<IReadOnlyList<SubjectId>> DueAsync(int shard, DateOnly date, int limit, CancellationToken cancellation)
    {
        var bodies = await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(SelectDue, P.Short(shard), P.Date(date), P.Int(limit)),
            row => row.Bytes(0),
            cancellation).ConfigureAwait(false);
        return
        [
            .. bodies.SelectMany(body => AssessmentBlock.Read(body))
                .Where(entry => entry.NextChange > 0 && entry.NextChange <= date.DayNumber).Take(limit)
                .Select(entry => new SubjectId(StoredText.Out(entry.Subject))),
        ];
    }

    /// <summary>After an append of unknown outcome the heads are those after its end.</summary>
    public async Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation)
    {
        await journal.SettleAsync(cancellation).ConfigureAwait(false);
        return await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(SelectShards),
            row => new ShardStatus(row.GetInt16(0), row.GetInt64(1), row.GetInt64(2)),
            cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        ReadChangesAsync([new ShardNumber(shard, after)], limit, cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => ReadChangesAsync(
        after, limitEach,
        () => P.Command(
            SelectChanges,
            P.Shorts(after.Select(place => place.Shard)), P.Longs(after.Select(place => place.Number)), P.Int(limitEach)),
        _ => true, cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => ReadChangesAsync(
        after, limitEach,
        () => P.Command(
            SelectChangesOf,
            P.Shorts(after.Select(place => place.Shard)), P.Longs(after.Select(place => place.Number)), P.Int(limitEach),
            P.Ints(ChangeRow.OfMeasures.Select(symbols.Find))),
        change => change.IsOfMeasure, cancellation);

    private async Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, Func<NpgsqlBatchCommand> command, Func<SubjectChange, bool> isWanted,
        CancellationToken cancellation)
    {
        if (after.Count == 0)
            return [];
        var changes = await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            command,
            row => (Shard: row.GetInt16(0), Row: new ChangeRow(
                row.GetInt64(1), new SubjectId(row.Text(2)), symbols.Text(row.GetInt32(3)), row.Text(4), row.Instant(5), 0)),
            cancellation).ConfigureAwait(false);
        var begins = after.ToDictionary(place => place.Shard, place => place.Number);
        return
        [
            .. changes.GroupBy(change => (int)change.Shard).OrderBy(shard => shard.Key).SelectMany(shard => shard
                .OrderBy(change => change.Row.Number)
                .SelectMany(change => change.Row.Unpack(shard.Key, begins[shard.Key])).Where(isWanted).Take(limitEach)),
        ];
    }

    public async Task<long[]> ChangeHeadsAsync(CancellationToken cancellation)
    {
        var heads = new long[shardCount];
        var rows = await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectChangeHeads), row => (Shard: row.GetInt16(0), Head: row.GetInt64(1)),
            cancellation).ConfigureAwait(false);
        foreach (var (shard, head) in rows)
            heads[shard] = head;
        return heads;
    }

    public Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var old = P.Command(PruneChanges, P.Short(shard), P.Long(until), P.Int(limit));
            await transaction.ExecuteAsync(old).ConfigureAwait(false);
            return (int)old.RecordsAffected;
        },
        cancellation);

    public Task<long> CountAsync(CancellationToken cancellation) =>
        database.PointAsync(() => P.Command(SumSubjects), row => row.GetInt64(0), cancellation);

    /// <summary>Rows with their entries, in no order that matters.</summary>
    private async Task<List<StoredSubject>> RowsAsync(
        string sql, List<SubjectId> subjects, CancellationToken cancellation)
    {
        if (subjects.Count == 0)
            return [];
        byte[] body = [];
        return await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(
                sql,
                P.Shorts(subjects.Select(subject => ShardMap.ShardOf(subject, shardCount))),
                P.Texts(subjects.Select(subject => subject.Value))),
            row =>
            {
                body = row.BytesOrNull(9) ?? body;
                return SubjectOf(row, EntryOf(body, row.Text(0)));
            },
            cancellation).ConfigureAwait(false);
    }

    private static AssessmentBlockEntry EntryOf(byte[] body, string subject) =>
        AssessmentBlock.Find(body, KeyOf(subject)) ?? throw Torn(subject);

    private static byte[] KeyOf(string subject) => Encoding.UTF8.GetBytes(StoredText.In(subject));

    private static StoreException Torn(string subject) =>
        new($"Subject {subject} is not in the database as a whole: restore a backup.", StoreFault.Corrupt);

    private StoredSubject SubjectOf(NpgsqlDataReader row, AssessmentBlockEntry entry)
    {
        var description = new SubjectDescription(row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7));
        return new StoredSubject
        {
            Subject = new SubjectId(row.Text(0)),
            Shard = row.GetInt16(1),
            Position = entry.Position,
            StatePosition = row.GetInt64(2),
            State = row.BytesOrNull(8),
            FactsVersion = symbols.Text(row.GetInt32(3)),
            Description = description is (null, null, null, null) ? null : description,
            ScoreMilli = entry.ScoreMilli,
            Grade = entry.Grade < 0 ? null : symbols.Text(entry.Grade),
            PolicyVersion = symbols.Text(entry.Policy),
            AsOf = DateOnly.FromDayNumber(entry.AsOf),
            NextChange = entry.NextChange == 0 ? null : DateOnly.FromDayNumber(entry.NextChange),
        };
    }
}
