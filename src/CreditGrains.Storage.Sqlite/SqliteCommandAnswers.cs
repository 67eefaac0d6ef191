using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Answers to commands, one row a key.</summary>
internal sealed class SqliteCommandAnswers(Writer writer, Readers readers) : ICommandAnswerStore
{
    internal const string Find = """
        SELECT key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, body
        FROM command_answer WHERE key = ?
        """;

    internal const string Put = """
        INSERT INTO command_answer (
            key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, body, bytes)
        VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, request = excluded.request, at = excluded.at, version = version + 1,
            first_at = excluded.first_at, uncertain = excluded.uncertain, status = excluded.status, content_type = excluded.content_type,
            location = excluded.location, etag = excluded.etag, body = excluded.body, bytes = excluded.bytes
        WHERE ?13 IS NULL OR version = ?13
        """;

    internal const string Delete = "DELETE FROM command_answer WHERE key = ?";
    internal const string DeleteOld = "DELETE FROM command_answer WHERE at < ?";

    // By the weight of each owner's newer ones: the oldest of the owner with most come last.
    internal const string DeleteSurplus = """
        DELETE FROM command_answer WHERE key IN (
            SELECT key FROM (
                SELECT key, row_number() OVER light AS number, sum(bytes) OVER light AS weight FROM (
                    SELECT key, bytes, sum(bytes) OVER (PARTITION BY owner ORDER BY at DESC, key) AS own FROM command_answer)
                WINDOW light AS (ORDER BY own, key))
            WHERE number > ? OR weight > ?)
        """;

    public Task<CommandAnswer?> FindAsync(string key, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(Find).Bind(key);
            if (!row.Read())
                return null;
            var found = new CommandAnswer(row.Text(0), row.Text(1), row.Text(2), row.Instant(3))
            {
                Version = row.Long(4),
                FirstAt = row.IsNull(5) ? null : row.Instant(5),
                IsUncertain = row.Int(6) != 0,
                Status = row.Int(7),
                ContentType = row.TextOrNull(8),
                Location = row.TextOrNull(9),
                ETag = row.TextOrNull(10),
                Body = row.Blob(11),
            };
            row.Reset();
            return found;
        },
        cancellation);

    public Task<bool> WriteAsync(CommandAnswer answer, long? expected, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(Put)
            .Bind(answer.Key).Bind(answer.Owner).Bind(answer.Request).Bind(answer.At).Bind(answer.FirstAt?.UtcTicks)
            .Bind(answer.IsUncertain ? 1 : 0).Bind(answer.Status).Bind(answer.ContentType).Bind(answer.Location).Bind(answer.ETag)
            .Bind(answer.Body.AsSpan()).Bind(answer.Bytes).Bind(expected).Execute() > 0,
        cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => connection.Prepare(Delete).Bind(key).Execute(), cancellation);

    public Task TrimAsync(DateTimeOffset due, int countMax, long bytesMax, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(DeleteOld).Bind(due).Execute()
            + connection.Prepare(DeleteSurplus).Bind(countMax).Bind(bytesMax).Execute(),
        cancellation);
}
