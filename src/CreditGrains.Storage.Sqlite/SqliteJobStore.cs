using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Jobs, their partitions and their results.</summary>
internal sealed class SqliteJobStore(Writer writer, Readers readers, TimeProvider time) : IJobStore
{
    internal const string Find = "SELECT " + Columns + " FROM job WHERE kind = ? AND id = ? AND part = ?";
    internal const string SelectKind = "SELECT " + Columns + " FROM job WHERE kind = ? AND id > ? AND part = -1 ORDER BY id LIMIT ?";

    internal const string SelectNewest = "SELECT " + Columns + """
         FROM job WHERE part = -1 AND (created_at, kind, id) < (?, ?, ?) ORDER BY created_at DESC, kind DESC, id DESC LIMIT ?
        """;

    internal const string SelectParts = "SELECT " + Columns + " FROM job WHERE kind = ? AND id = ? AND part >= 0 ORDER BY part";
    internal const string SelectResult = "SELECT content FROM job_result WHERE kind = ? AND id = ? AND number = ?";

    internal const string Insert = """
        INSERT INTO job (kind, id, part, version, state, node, created_at, at, ended_at, content)
        VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?6, ?7, ?8) ON CONFLICT DO NOTHING
        """;

    internal const string Update = """
        UPDATE job SET version = version + 1, state = ?5, node = ?6, at = ?7,
            ended_at = CASE WHEN ?8 IS NULL THEN NULL ELSE coalesce(ended_at, ?8) END, content = ?9
        WHERE kind = ?1 AND id = ?2 AND part = ?3 AND version = ?4
        """;

    internal const string SelectSurplus =
        "SELECT id FROM job WHERE kind = ? AND part = -1 AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT -1 OFFSET ?";

    internal const string DeleteJob = "DELETE FROM job WHERE kind = ? AND id = ?";
    internal const string DeleteParts = "DELETE FROM job WHERE kind = ? AND id = ? AND part >= 0";
    internal const string DeleteResults = "DELETE FROM job_result WHERE kind = ? AND id = ?";
    internal const string DeleteResultsFrom = "DELETE FROM job_result WHERE kind = ? AND id = ? AND number >= ?";
    internal const string InsertResult = "INSERT INTO job_result (kind, id, number, content) VALUES (?, ?, ?, ?)";

    private const string Columns = "kind, id, part, version, state, node, created_at, at, ended_at, content";

    public Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(Find).Bind(key.Kind).Bind(key.Id).Bind(key.Partition);
            if (!row.Read())
                return null;
            var found = JobOf(row);
            row.Reset();
            return found;
        },
        cancellation);

    public Task<IReadOnlyList<StoredJob>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        ReadAsync(connection => connection.Prepare(SelectKind).Bind(kind).Bind(after ?? string.Empty).Bind(limit), cancellation);

    public Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation) => ReadAsync(
        connection => connection.Prepare(SelectNewest).Bind(before?.CreatedAt.UtcTicks ?? long.MaxValue)
            .Bind(before?.Key.Kind ?? string.Empty).Bind(before?.Key.Id ?? string.Empty).Bind(limit),
        cancellation);

    public Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation) =>
        ReadAsync(connection => connection.Prepare(SelectParts).Bind(kind).Bind(id), cancellation);

    public Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(SelectResult).Bind(kind).Bind(id).Bind(number);
            if (!row.Read())
                return null;
            var content = row.Blob(0);
            row.Reset();
            return content;
        },
        cancellation);

    public Task WriteAsync(JobWrites writes, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            Write(connection, writes, time.GetUtcNow());
            return true;
        },
        cancellation);

    /// <summary>Inside the transaction of the caller.</summary>
    /// <exception cref="WriteConflictException">A row's version is not the expected one.</exception>
    internal static void Write(Connection connection, JobWrites writes, DateTimeOffset now)
    {
        if (writes.Retention is { } retention)
            RemoveSurplus(connection, retention);
        foreach (var key in writes.SummedUp)
            connection.Prepare(DeleteParts).Bind(key.Kind).Bind(key.Id).Execute();
        foreach (var write in writes.Jobs)
            Write(connection, write, now);
        if (writes.Results is { } results)
        {
            connection.Prepare(DeleteResultsFrom).Bind(results.Kind).Bind(results.Id).Bind(results.From).Execute();
            for (var i = 0; i < results.Pieces.Count; i++)
            {
                connection.Prepare(InsertResult)
                    .Bind(results.Kind).Bind(results.Id).Bind(results.From + i).Bind(results.Pieces[i].AsSpan()).Execute();
            }
        }

        SqliteControlStore.Write(connection, writes.Documents, now);
    }

    private static void Write(Connection connection, JobWrite write, DateTimeOffset now)
    {
        var (kind, id, part) = write.Key;
        long? ended = write.IsOver ? now.UtcTicks : null;
        var changed = write.ExpectedVersion is { } version
            ? connection.Prepare(Update).Bind(kind).Bind(id).Bind(part).Bind(version)
                .Bind(write.State).Bind(write.Node).Bind(now).Bind(ended).Bind(write.Content).Execute()
            : connection.Prepare(Insert).Bind(kind).Bind(id).Bind(part)
                .Bind(write.State).Bind(write.Node).Bind(now).Bind(ended).Bind(write.Content).Execute();
        if (changed == 0)
            throw new WriteConflictException($"Job {kind} {id} ({part}) does not have the expected version {write.ExpectedVersion}.");
        if (write.Act is { } act)
            SqliteControlStore.Append(connection, kind, id, (write.ExpectedVersion ?? 0) + 1, act, now);
    }

    private static void RemoveSurplus(Connection connection, JobRetention retention)
    {
        var surplus = new List<string>();
        var row = connection.Prepare(SelectSurplus).Bind(retention.Kind).Bind(retention.EndedMax);
        while (row.Read())
            surplus.Add(row.Text(0));
        foreach (var id in surplus)
        {
            connection.Prepare(DeleteJob).Bind(retention.Kind).Bind(id).Execute();
            connection.Prepare(DeleteResults).Bind(retention.Kind).Bind(id).Execute();
        }
    }

    private Task<IReadOnlyList<StoredJob>> ReadAsync(Func<Connection, Statement> query, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<StoredJob>>(
            connection =>
            {
                var jobs = new List<StoredJob>();
                var row = query(connection);
                while (row.Read())
                    jobs.Add(JobOf(row));
                return jobs;
            },
            cancellation);

    private static StoredJob JobOf(Statement row) => new(
        new JobKey(row.Text(0), row.Text(1), row.Int(2)), row.Long(3), row.Text(4), row.TextOrNull(5), row.Instant(6), row.Instant(7),
        row.IsNull(8) ? null : row.Instant(8), row.Text(9));
}
