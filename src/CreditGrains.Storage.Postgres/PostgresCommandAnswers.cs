using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Answers to commands, one row a key.</summary>
internal sealed class PostgresCommandAnswers(PostgresDatabase database, ShardLeases leases) : ICommandAnswerStore
{
    internal const string FindOne = """
        SELECT key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, body
        FROM credit.command_answer WHERE key = $1
        """;

    internal const string Put = """
        INSERT INTO credit.command_answer AS a (
            key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, body, bytes)
        VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, request = excluded.request, at = excluded.at, version = a.version + 1,
            first_at = excluded.first_at, uncertain = excluded.uncertain, status = excluded.status, content_type = excluded.content_type,
            location = excluded.location, etag = excluded.etag, body = excluded.body, bytes = excluded.bytes
        WHERE $13::int8 IS NULL OR a.version = $13
        """;

    internal const string Delete = "DELETE FROM credit.command_answer WHERE key = $1";
    internal const string DeleteOld = "DELETE FROM credit.command_answer WHERE at < $1";

    // By the weight of each owner's newer ones: the oldest of the owner with most come last.
    internal const string DeleteSurplus = """
        DELETE FROM credit.command_answer WHERE key IN (
            SELECT key FROM (
                SELECT key, row_number() OVER light AS number, sum(bytes) OVER light AS weight FROM (
                    SELECT key, bytes, sum(bytes) OVER (PARTITION BY owner ORDER BY at DESC, key) AS own
                    FROM credit.command_answer) AS o
                WINDOW light AS (ORDER BY own, key)) AS w
            WHERE number > $1 OR weight > $2)
        """;

    public Task<CommandAnswer?> FindAsync(string key, CancellationToken cancellation) => database.PointAsync<CommandAnswer?>(
        () => P.Command(FindOne, P.Text(key)),
        row => new CommandAnswer(row.Text(0), row.Text(1), row.Text(2), row.Instant(3))
        {
            Version = row.GetInt64(4),
            FirstAt = row.IsDBNull(5) ? null : row.Instant(5),
            IsUncertain = row.GetBoolean(6),
            Status = row.GetInt32(7),
            ContentType = row.TextOrNull(8),
            Location = row.TextOrNull(9),
            ETag = row.TextOrNull(10),
            Body = row.Bytes(11),
        },
        cancellation);

    public Task<bool> WriteAsync(CommandAnswer answer, long? expected, CancellationToken cancellation) => WriteAsync(
        () => P.Command(
            Put, P.Text(answer.Key), P.Text(answer.Owner), P.Text(answer.Request), P.Long(answer.At.UtcTicks),
            P.LongOrNull(answer.FirstAt?.UtcTicks), P.Bool(answer.IsUncertain), P.Int(answer.Status), P.Text(answer.ContentType),
            P.Text(answer.Location), P.Text(answer.ETag), P.Bytes(answer.Body), P.Int(answer.Bytes), P.LongOrNull(expected)),
        cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation) =>
        WriteAsync(() => P.Command(Delete, P.Text(key)), cancellation);

    public async Task TrimAsync(DateTimeOffset due, int countMax, long bytesMax, CancellationToken cancellation)
    {
        await WriteAsync(() => P.Command(DeleteOld, P.Long(due.UtcTicks)), cancellation).ConfigureAwait(false);
        await WriteAsync(() => P.Command(DeleteSurplus, P.Long(countMax), P.Long(bytesMax)), cancellation).ConfigureAwait(false);
    }

    /// <returns>Whether it changed a row.</returns>
    private Task<bool> WriteAsync(Func<NpgsqlBatchCommand> statement, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var command = statement();
                await transaction.ExecuteAsync(command).ConfigureAwait(false);
                return command.RecordsAffected > 0;
            },
            cancellation);
    }
}
