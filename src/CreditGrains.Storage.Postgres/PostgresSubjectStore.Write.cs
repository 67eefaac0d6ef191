using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Write-back. The rows of <c>fold</c> are locked in shard order, so that nobody else changes these shards' subjects meanwhile; the blocks
/// concerned are read, compared and swapped here, and everything goes back in a few statements.
/// </summary>
internal sealed partial class PostgresSubjectStore
{
    internal const string LockFolds =
        "SELECT shard, change_head, epoch FROM credit.fold WHERE shard = ANY($1) ORDER BY shard FOR NO KEY UPDATE";

    // Apart from the lock: the same statement would see the changes as they were before it waited.
    internal const string SelectLastChanges = """
        SELECT u.shard, c.at FROM unnest($1) AS u(shard) CROSS JOIN LATERAL (
            SELECT h.at FROM credit.change AS h WHERE h.shard = u.shard ORDER BY h.number DESC LIMIT 1) AS c
        """;

    // A block comes once for each of its subjects: to make it single costs a second look into the index, and in a large store it is.
    internal const string SelectBlocks = """
        SELECT h.shard, h.first, h.body
        FROM unnest($1, $2) AS u(shard, subject)
        CROSS JOIN LATERAL (
            SELECT f.shard, f.first, f.body FROM credit.sheet AS f
            WHERE f.shard = u.shard AND f.first <= u.subject ORDER BY f.first DESC LIMIT 1) AS h
        """;

    internal const string UpdateBlocks = """
        UPDATE credit.sheet AS h SET body = u.body, next_due = u.next_due, grades = u.grades
        FROM unnest($1, $2, $3, $4, $5) AS u(shard, first, body, next_due, grades) WHERE h.shard = u.shard AND h.first = u.first
        """;

    internal const string InsertBlocks = """
        INSERT INTO credit.sheet (shard, first, body, next_due, grades)
        SELECT shard, first, body, next_due, grades FROM unnest($1, $2, $3, $4, $5) AS u(shard, first, body, next_due, grades)
        """;

    internal const string UpdateSubjects = """
        UPDATE credit.subject AS s SET state = coalesce(u.state, s.state),
            state_position = CASE WHEN u.state IS NULL THEN s.state_position ELSE u.state_position END,
            facts = CASE WHEN u.state IS NULL THEN s.facts ELSE u.facts END,
            name = u.name, region = u.region, industry = u.industry, status = u.status
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS u(shard, subject, state_position, facts, name, region, industry, status, state)
        WHERE s.shard = u.shard AND s.subject = u.subject
        """;

    internal const string CopySubjects = """
        COPY credit.subject (shard, subject, state_position, facts, name, region, industry, status, state) FROM STDIN (FORMAT BINARY)
        """;

    internal const string CopyListings = "COPY credit.listing (subject, shard, region, name, runs) FROM STDIN (FORMAT BINARY)";

    internal const string UpdateListing = "UPDATE credit.listing SET region = $2, name = $3, runs = $4 WHERE subject = $1";

    internal const string InsertChanges = """
        INSERT INTO credit.change (shard, number, subject, type, data, at)
        SELECT shard, number, subject, type, data, at FROM unnest($1, $2, $3, $4, $5, $6) AS u(shard, number, subject, type, data, at)
        """;

    internal const string UpdateFolds = """
        UPDATE credit.fold AS f SET change_head = f.change_head + u.changes, subjects = f.subjects + u.subjects,
            watermark = greatest(f.watermark, u.watermark)
        FROM unnest($1, $2, $3, $4) AS u(shard, changes, subjects, watermark) WHERE f.shard = u.shard
        """;

    private const short SubjectColumns = 9;
    private const short ListingColumns = 5;

    public async Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation)
    {
        foreach (var write in writes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)write.Shard, (uint)shardCount, nameof(writes));
            foreach (var subject in write.Subjects)
                PostgresStore.RequireShard(subject.Row.Subject, write.Shard, shardCount);
        }

        if (writes.Count == 0)
            return;
        leases.RequireHeld();
        var flushed = await database.WriteAsync(
            async transaction =>
            {
                await WriteAsync(transaction, writes).ConfigureAwait(false);
                return await symbolRows.FlushAsync(transaction).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        flushed();
    }

    private async Task WriteAsync(PostgresTransaction transaction, IReadOnlyList<ShardWrite> writes)
    {
        var rows = writes.SelectMany(write => write.Subjects).Select(write => (Key: KeyOf(write.Row.Subject.Value), Write: write))
            .OrderBy(row => row.Write.Row.Shard).ThenBy(row => row.Key, AssessmentBlockSet.Order).ToList();
        var blocks = new AssessmentBlockSet();
        var heads = await LockAsync(
            transaction, writes.Select(write => write.Shard).Distinct(),
            writes.Where(write => write.Changes.Count > 0).Select(write => write.Shard).Distinct(),
            P.Command(
                SelectBlocks, P.Shorts(rows.Select(row => row.Write.Row.Shard)), P.Texts(rows.Select(row => row.Write.Row.Subject.Value))),
            row => blocks.Add(row.GetInt16(0), row.GetString(1), row.Bytes(2))).ConfigureAwait(false);
        var inserted = new int[shardCount];
        var fresh = new List<StoredSubject>();
        var known = new List<StoredSubject>();
        var renamed = new List<StoredSubject>();
        foreach (var (key, (row, expected)) in rows)
        {
            var listed = ListedOf(row.Description);
            var before = blocks.Swap(row.Shard, EntryOf(row, key, listed), expected);
            if (before is null)
            {
                inserted[row.Shard]++;
                fresh.Add(row);
                continue;
            }

            known.Add(row);
            if (before.Value.Listed != listed)
                renamed.Add(row);
        }

        await CopyAsync(transaction, fresh).ConfigureAwait(false);
        var statements = blocks.Statements();
        if (known.Count > 0)
            statements.Add(UpdateOf(known));
        statements.AddRange(renamed.Select(row => P.Command(
            UpdateListing,
            P.Text(row.Subject.Value), P.Text(row.Description?.Region), P.Text(row.Description?.Name),
            P.Ints(NameGrams.Of(row.Description?.Name)))));
        AddChanges(statements, writes.Select(write => (write.Shard, write.Changes)), heads);
        var folds = writes.GroupBy(write => write.Shard).ToList();
        statements.Add(P.Command(
            UpdateFolds,
            P.Shorts(folds.Select(fold => fold.Key)), P.Ints(folds.Select(fold => fold.Sum(write => write.Changes.Count))),
            P.Ints(folds.Select(fold => inserted[fold.Key])), P.Longs(folds.Select(fold => fold.Max(write => write.Watermark ?? 0)))));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
    }

    /// <summary>Locks the shards against other write-backs, and reads with the same question.</summary>
    /// <returns>Number and time of the last change by shard; the time only of those that are to get more.</returns>
    private async Task<(long Number, long At)[]> LockAsync(
        PostgresTransaction transaction, IEnumerable<int> shards, IEnumerable<int> changing, NpgsqlBatchCommand select,
        Action<NpgsqlDataReader> take)
    {
        var heads = new (long Number, long At)[shardCount];
        await transaction.ReadAsync(
            async rows =>
            {
                foreach (var (shard, head, epoch) in await rows.TakeAsync(
                    row => (row.GetInt16(0), row.GetInt64(1), row.GetInt64(2)), CancellationToken.None).ConfigureAwait(false))
                {
                    leases.Require(shard, epoch);
                    heads[shard].Number = head;
                }

                foreach (var (shard, at) in await rows.TakeAsync(
                    row => (row.GetInt16(0), row.GetInt64(1)), CancellationToken.None).ConfigureAwait(false))
                    heads[shard].At = at;

                await rows.TakeAsync(
                    row =>
                    {
                        take(row);
                        return true;
                    },
                    CancellationToken.None).ConfigureAwait(false);
                return true;
            },
            P.Command(LockFolds, P.Shorts(shards)),
            P.Command(SelectLastChanges, P.Shorts(changing)),
            select).ConfigureAwait(false);
        return heads;
    }

    private AssessmentBlockEntry EntryOf(StoredSubject row, byte[] key, int listed) => new(
        key,
        row.Position,
        row.ScoreMilli,
        row.Grade is { } grade ? symbols.Intern(grade) : -1,
        symbols.Intern(row.PolicyVersion),
        row.AsOf.DayNumber,
        row.NextChange?.DayNumber ?? 0,
        listed);

    /// <summary>A number for what a listing shows; equal for equal descriptions.</summary>
    private static int ListedOf(SubjectDescription? description)
    {
        var hash = 2166136261u;
        foreach (var text in (ReadOnlySpan<string?>)[description?.Name, description?.Region])
        {
            foreach (var character in text ?? "\uffff")
                hash = (hash ^ character) * 16777619u;
            hash = (hash ^ '\n') * 16777619u;
        }

        return (int)hash;
    }

    private async Task CopyAsync(PostgresTransaction transaction, List<StoredSubject> fresh)
    {
        if (fresh.Count == 0)
            return;
        using var subjects = new CopyBuffer(fresh.Count * 768);
        using var listings = new CopyBuffer(fresh.Count * 256);
        foreach (var row in fresh)
        {
            var description = row.Description;
            subjects.Row(SubjectColumns).Short(row.Shard).Text(row.Subject.Value).Long(row.State is null ? 0 : row.StatePosition)
                .Int(symbols.Intern(row.FactsVersion)).Text(description?.Name).Text(description?.Region).Text(description?.Industry)
                .Text(description?.Status).BytesOrNull(row.State);
            listings.Row(ListingColumns).Text(row.Subject.Value).Short(row.Shard).Text(description?.Region).Text(description?.Name)
                .Ints(NameGrams.Of(description?.Name));
        }

        await transaction.CopyAsync(CopySubjects, subjects.End()).ConfigureAwait(false);
        await transaction.CopyAsync(CopyListings, listings.End()).ConfigureAwait(false);
    }

    private NpgsqlBatchCommand UpdateOf(List<StoredSubject> rows) => P.Command(
        UpdateSubjects,
        P.Shorts(rows.Select(row => row.Shard)), P.Texts(rows.Select(row => row.Subject.Value)),
        P.Longs(rows.Select(row => row.StatePosition)), P.Ints(rows.Select(row => symbols.Intern(row.FactsVersion))),
        P.Texts(rows.Select(row => row.Description?.Name)), P.Texts(rows.Select(row => row.Description?.Region)),
        P.Texts(rows.Select(row => row.Description?.Industry)), P.Texts(rows.Select(row => row.Description?.Status)),
        P.ManyBytes(rows.Select(row => row.State)));

    private void AddChanges(
        List<NpgsqlBatchCommand> statements, IEnumerable<(int Shard, IReadOnlyList<SubjectChange> Changes)> changes,
        (long Number, long At)[] heads)
    {
        var rows = new List<(int Shard, long Number, long At, ChangeRow Change)>();
        foreach (var (shard, change) in changes.SelectMany(each => ChangeRow.Pack(each.Changes).Select(row => (each.Shard, row))))
        {
            ref var head = ref heads[shard];
            head = (head.Number + change.Count, Math.Max(head.At, change.At.UtcTicks));
            rows.Add((shard, head.Number, head.At, change));
        }

        if (rows.Count == 0)
            return;
        statements.Add(P.Command(
            InsertChanges,
            P.Shorts(rows.Select(row => row.Shard)), P.Longs(rows.Select(row => row.Number)),
            P.Texts(rows.Select(row => row.Change.Subject.Value)), P.Ints(rows.Select(row => symbols.Intern(row.Change.Type))),
            P.Texts(rows.Select(row => row.Change.Data)), P.Longs(rows.Select(row => row.At))));
    }
}
