using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Rejected lines. A line sent again keeps the number of its open predecessor; lines that may not be kept are the same when they were
/// refused for the same reason. Closing drops the content and keeps who closed it, when and how.
/// </summary>
internal sealed class PostgresQuarantine(PostgresDatabase database, ShardLeases leases) : IQuarantine
{
    // Locks the source's row to the end of the transaction, made if it is the source's first.
    internal const string LockHead = """
        INSERT INTO credit.quarantine_head AS h (source, number) VALUES ($1, 0)
        ON CONFLICT (source) DO UPDATE SET number = h.number RETURNING number
        """;

    // Before the table's first ANALYZE every index that begins with the source looks as good, and would mean all open lines of it: hidden
    // in an expression, the source leaves only the one that begins with the sameness.
    internal const string SelectSame = """
        SELECT q.sameness, q.number
        FROM unnest($2) AS u(sameness)
        CROSS JOIN LATERAL (
            SELECT e.sameness, e.number FROM credit.quarantine AS e
            WHERE e.source || '' = $1 AND e.sameness = u.sameness AND e.closed_at IS NULL OFFSET 0) AS q
        """;

    internal const string Insert = """
        INSERT INTO credit.quarantine (source, number, record_id, code, detail, pointer, at, sameness, line, revision)
        SELECT $1, number, record_id, code, detail, pointer, at, sameness, line, revision
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) AS u(number, record_id, code, detail, pointer, at, sameness, line, revision)
        """;

    internal const string Update = """
        UPDATE credit.quarantine AS q SET code = u.code, detail = u.detail, pointer = u.pointer, at = u.at, revision = u.revision
        FROM unnest($2, $3, $4, $5, $6, $7) AS u(number, code, detail, pointer, at, revision) WHERE q.source = $1 AND q.number = u.number
        """;

    internal const string WriteHead = "UPDATE credit.quarantine_head SET number = $2 WHERE source = $1";

    internal const string SelectOpen = "SELECT " + Columns + """
         FROM credit.quarantine WHERE source = $1 AND number > $2 AND closed_at IS NULL ORDER BY number LIMIT $3
        """;

    internal const string SelectClosed = "SELECT " + Columns + """
         FROM credit.quarantine
        WHERE source = $1 AND number > $2 AND closed_how = $4 AND closed_at IS NOT NULL ORDER BY closed_how, number LIMIT $3
        """;

    internal const string SelectAll = "SELECT " + Columns + """
         FROM credit.quarantine WHERE source = $1 AND number > $2 ORDER BY number LIMIT $3
        """;

    // The source is hidden from the planner, as in SelectSame.
    internal const string SelectOfRecords = """
        SELECT e.number, e.source, e.record_id, e.code, e.detail, e.pointer, e.line, e.at, e.revision,
            e.closed_how, e.closed_by, e.closed_at
        FROM unnest($2) AS u(record_id)
        CROSS JOIN LATERAL (
            SELECT * FROM credit.quarantine AS q
            WHERE q.record_id = u.record_id AND q.source || '' = $1 AND q.closed_at IS NULL LIMIT 100) AS e
        """;

    internal const string SelectOne =
        "SELECT " + Columns + " FROM credit.quarantine WHERE source = $1 AND number = $2 AND closed_at IS NULL";

    internal const string Close = """
        UPDATE credit.quarantine SET closed_how = $3, closed_by = $4, closed_at = $5, line = NULL
        WHERE source = $1 AND number = ANY($2) AND closed_at IS NULL
        """;

    internal const string Count = "SELECT count(*) FROM credit.quarantine WHERE source = $1 AND closed_at IS NULL";

    private const string Columns = "number, source, record_id, code, detail, pointer, line, at, revision, closed_how, closed_by, closed_at";

    public Task AddAsync(IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                // In the order of their names: two that add for the same sources do not wait for each other crosswise.
                foreach (var source in lines.GroupBy(line => line.Source).OrderBy(group => group.Key.Value, StringComparer.Ordinal))
                    await AddAsync(transaction, source.Key, [.. source]).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public async Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => state switch
        {
            QuarantineState.Open => P.Command(SelectOpen, P.Text(source.Value), P.Long(after), P.Int(limit)),
            QuarantineState.All => P.Command(SelectAll, P.Text(source.Value), P.Long(after), P.Int(limit)),
            _ => P.Command(SelectClosed, P.Text(source.Value), P.Long(after), P.Int(limit), P.Text(state)),
        },
        LineOf,
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<QuarantinedLine>> FindOpenAsync(
        SourceId source, IReadOnlyCollection<string> recordIds, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => P.Command(SelectOfRecords, P.Text(source.Value), P.Texts(recordIds)),
        LineOf,
        cancellation).ConfigureAwait(false);

    public Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation) =>
        database.PointAsync<QuarantinedLine?>(() => P.Command(SelectOne, P.Text(source.Value), P.Long(number)), LineOf, cancellation);

    public Task<int> CloseAsync(
        SourceId source, IReadOnlyCollection<long> numbers, string how, string actor, DateTimeOffset at, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var close = P.Command(
                    Close, P.Text(source.Value), P.Longs(numbers), P.Text(how), P.Text(actor), P.Long(at.UtcTicks));
                await transaction.ExecuteAsync(close).ConfigureAwait(false);
                return (int)close.RecordsAffected;
            },
            cancellation);
    }

    public Task<long> CountAsync(SourceId source, CancellationToken cancellation) =>
        database.PointAsync(() => P.Command(Count, P.Text(source.Value)), row => row.GetInt64(0), cancellation);

    private static async Task AddAsync(PostgresTransaction transaction, SourceId source, List<QuarantinedLine> lines)
    {
        var latest = new Dictionary<string, (byte[] Sameness, QuarantinedLine Line)>();
        foreach (var line in lines)
        {
            var sameness = line.Sameness();
            latest[Convert.ToHexString(sameness)] = (sameness, line);
        }

        var head = (await transaction.ReadAsync(P.Command(LockHead, P.Text(source.Value)), row => row.GetInt64(0)).ConfigureAwait(false))
            .Single();
        var open = (await transaction.ReadAsync(
            P.Command(SelectSame, P.Text(source.Value), P.ManyBytes(latest.Values.Select(each => each.Sameness))),
            row => (Same: Convert.ToHexString(row.Bytes(0)), Number: row.GetInt64(1))).ConfigureAwait(false))
            .ToDictionary(row => row.Same, row => row.Number);
        var again = latest.Where(each => open.ContainsKey(each.Key))
            .Select(each => each.Value.Line with { Number = open[each.Key] }).ToList();
        var fresh = latest.Where(each => !open.ContainsKey(each.Key))
            .Select(each => (each.Value.Sameness, Line: each.Value.Line with { Number = ++head })).ToList();
        var statements = new List<NpgsqlBatchCommand>();
        if (again.Count > 0)
        {
            statements.Add(P.Command(
                Update,
                P.Text(source.Value), P.Longs(again.Select(line => line.Number)), P.Texts(again.Select(line => line.Code)),
                P.Texts(again.Select(line => line.Detail)), P.Texts(again.Select(line => line.Pointer)),
                P.Longs(again.Select(line => line.At.UtcTicks)), P.Ints(again.Select(line => line.Revision))));
        }

        if (fresh.Count > 0)
        {
            statements.Add(P.Command(
                Insert,
                P.Text(source.Value), P.Longs(fresh.Select(each => each.Line.Number)), P.Texts(fresh.Select(each => each.Line.RecordId)),
                P.Texts(fresh.Select(each => each.Line.Code)), P.Texts(fresh.Select(each => each.Line.Detail)),
                P.Texts(fresh.Select(each => each.Line.Pointer)), P.Longs(fresh.Select(each => each.Line.At.UtcTicks)),
                P.ManyBytes(fresh.Select(each => each.Sameness)), P.ManyBytes(fresh.Select(each => each.Line.Line)),
                P.Ints(fresh.Select(each => each.Line.Revision))));
            statements.Add(P.Command(WriteHead, P.Text(source.Value), P.Long(head)));
        }

        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
    }

    private static QuarantinedLine LineOf(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new SourceId(row.Text(1)),
        row.TextOrNull(2),
        row.Text(3),
        row.Text(4),
        row.Text(5),
        row.BytesOrNull(6),
        row.Instant(7))
    {
        Revision = row.IsDBNull(8) ? null : row.GetInt32(8),
        State = row.TextOrNull(9) ?? QuarantineState.Open,
        ClosedBy = row.TextOrNull(10),
        ClosedAt = row.IsDBNull(11) ? null : row.Instant(11),
    };
}
