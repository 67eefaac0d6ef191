using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Jobs, their partitions and their results. A step of a partition locks its own row alone, so that nodes that work on one job do not wait
/// for one another; only what is told for good goes behind the row of <c>control_head</c>.
/// </summary>
internal sealed class PostgresJobs(PostgresDatabase database, ShardLeases leases, TimeProvider time) : IJobStore
{
    internal const string FindOne = "SELECT " + Columns + " FROM credit.job WHERE kind = $1 AND id = $2 AND part = $3";

    internal const string SelectKind =
        "SELECT " + Columns + " FROM credit.job WHERE kind = $1 AND id > $2 AND part = -1 ORDER BY id LIMIT $3";

    internal const string SelectNewest = "SELECT " + Columns + """
         FROM credit.job WHERE part = -1 AND (created_at, kind, id) < ($1, $2, $3)
        ORDER BY created_at DESC, kind DESC, id DESC LIMIT $4
        """;

    internal const string SelectParts =
        "SELECT " + Columns + " FROM credit.job WHERE kind = $1 AND id = $2 AND part >= 0 ORDER BY part";

    internal const string SelectResult = "SELECT content FROM credit.job_result WHERE kind = $1 AND id = $2 AND number = $3";

    internal const string Insert = """
        INSERT INTO credit.job (kind, id, part, version, state, node, created_at, at, ended_at, content)
        VALUES ($1, $2, $3, 1, $4, $5, $6, $6, $7, $8) ON CONFLICT DO NOTHING
        """;

    internal const string Update = """
        UPDATE credit.job SET version = version + 1, state = $5, node = $6, at = $7,
            ended_at = CASE WHEN $8::int8 IS NULL THEN NULL ELSE coalesce(ended_at, $8) END, content = $9
        WHERE kind = $1 AND id = $2 AND part = $3 AND version = $4
        """;

    internal const string SelectSurplus = """
        SELECT id FROM credit.job WHERE kind = $1 AND part = -1 AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC OFFSET $2
        """;

    internal const string DeleteJobs = "DELETE FROM credit.job WHERE kind = $1 AND id = ANY ($2)";
    internal const string DeleteParts = "DELETE FROM credit.job WHERE kind = $1 AND id = $2 AND part >= 0";
    internal const string DeleteResults = "DELETE FROM credit.job_result WHERE kind = $1 AND id = ANY ($2)";
    internal const string DeleteResultsFrom = "DELETE FROM credit.job_result WHERE kind = $1 AND id = $2 AND number >= $3";
    internal const string InsertResult = "INSERT INTO credit.job_result (kind, id, number, content) VALUES ($1, $2, $3, $4)";

    private const string Columns = "kind, id, part, version, state, node, created_at, at, ended_at, content";

    public Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation) => database.PointAsync<StoredJob?>(
        () => P.Command(FindOne, P.Text(key.Kind), P.Text(key.Id), P.Int(key.Partition)), JobOf, cancellation);

    public Task<IReadOnlyList<StoredJob>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        ReadAsync(() => P.Command(SelectKind, P.Text(kind), P.Text(after ?? string.Empty), P.Int(limit)), cancellation);

    public Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation) => ReadAsync(
        () => P.Command(
            SelectNewest, P.Long(before?.CreatedAt.UtcTicks ?? long.MaxValue), P.Text(before?.Key.Kind ?? string.Empty),
            P.Text(before?.Key.Id ?? string.Empty), P.Int(limit)),
        cancellation);

    public Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation) =>
        ReadAsync(() => P.Command(SelectParts, P.Text(kind), P.Text(id)), cancellation);

    public Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation) => database.PointAsync<byte[]?>(
        () => P.Command(SelectResult, P.Text(kind), P.Text(id), P.Int(number)), row => row.Bytes(0), cancellation);

    public Task WriteAsync(JobWrites writes, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await WriteAsync(transaction, writes, time.GetUtcNow()).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    /// <summary>As a part of a transaction: jobs before the head of the control plane's record, and both before its documents.</summary>
    /// <exception cref="WriteConflictException">A row's version is not the expected one.</exception>
    internal static async Task WriteAsync(PostgresTransaction transaction, JobWrites writes, DateTimeOffset now)
    {
        var removals = new List<NpgsqlBatchCommand>();
        if (writes.Retention is { } retention)
        {
            var surplus = await transaction.ReadAsync(
                P.Command(SelectSurplus, P.Text(retention.Kind), P.Long(retention.EndedMax)), row => row.Text(0)).ConfigureAwait(false);
            if (surplus.Count > 0)
            {
                removals.Add(P.Command(DeleteJobs, P.Text(retention.Kind), P.Texts(surplus)));
                removals.Add(P.Command(DeleteResults, P.Text(retention.Kind), P.Texts(surplus)));
            }
        }

        foreach (var key in writes.SummedUp)
            removals.Add(P.Command(DeleteParts, P.Text(key.Kind), P.Text(key.Id)));
        if (removals.Count > 0)
            await transaction.ExecuteAsync(removals).ConfigureAwait(false);

        // In one order, or two that write the same rows would wait for one another.
        var jobs = writes.Jobs.OrderBy(write => write.Key.Kind, StringComparer.Ordinal)
            .ThenBy(write => write.Key.Id, StringComparer.Ordinal).ThenBy(write => write.Key.Partition)
            .Select(write => (Write: write, Statement: StatementOf(write, now))).ToList();
        await transaction.ExecuteAsync([.. jobs.Select(job => job.Statement)]).ConfigureAwait(false);
        if (jobs.FirstOrDefault(job => job.Statement.RecordsAffected == 0).Write is { } conflict)
        {
            throw new WriteConflictException(
                $"Job {conflict.Key.Kind} {conflict.Key.Id} ({conflict.Key.Partition}) does not have the expected version "
                + $"{conflict.ExpectedVersion}.");
        }

        if (writes.Results is { } results)
        {
            await transaction.ExecuteAsync(
            [
                P.Command(DeleteResultsFrom, P.Text(results.Kind), P.Text(results.Id), P.Int(results.From)),
                .. results.Pieces.Select((piece, i) =>
                    P.Command(InsertResult, P.Text(results.Kind), P.Text(results.Id), P.Int(results.From + i), P.Bytes(piece))),
            ]).ConfigureAwait(false);
        }

        await PostgresControl.AppendAsync(
            transaction,
            [
                .. writes.Jobs.Where(write => write.Act is not null)
                    .Select(write => (write.Key.Kind, write.Key.Id, (write.ExpectedVersion ?? 0) + 1, write.Act!)),
            ],
            now).ConfigureAwait(false);
        await PostgresControl.WriteAsync(transaction, writes.Documents, now).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand StatementOf(JobWrite write, DateTimeOffset now)
    {
        var (kind, id, part) = write.Key;
        var ended = P.LongOrNull(write.IsOver ? now.UtcTicks : null);
        return write.ExpectedVersion is { } version
            ? P.Command(
                Update, P.Text(kind), P.Text(id), P.Int(part), P.Long(version), P.Text(write.State), P.Text(write.Node),
                P.Long(now.UtcTicks), ended, P.Text(write.Content))
            : P.Command(
                Insert, P.Text(kind), P.Text(id), P.Int(part), P.Text(write.State), P.Text(write.Node), P.Long(now.UtcTicks), ended,
                P.Text(write.Content));
    }

    private async Task<IReadOnlyList<StoredJob>> ReadAsync(Func<NpgsqlBatchCommand> query, CancellationToken cancellation) =>
        await database.QueryAsync(PostgresDatabase.PrepareRead, query, JobOf, cancellation).ConfigureAwait(false);

    private static StoredJob JobOf(NpgsqlDataReader row) => new(
        new JobKey(row.Text(0), row.Text(1), row.GetInt32(2)), row.GetInt64(3), row.Text(4), row.TextOrNull(5), row.Instant(6),
        row.Instant(7), row.IsDBNull(8) ? null : row.Instant(8), row.Text(9));
}
