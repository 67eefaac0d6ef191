using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;

namespace CreditGrains.Storage.Postgres;

/// <summary>Issued credit reports, one row a number.</summary>
internal sealed class PostgresReports(PostgresDatabase database, ShardLeases leases) : IReportStore
{
    internal const string FindOne = "SELECT number, at, subject, digest, key_id, signature FROM credit.report WHERE number = $1";

    internal const string Insert = """
        INSERT INTO credit.report (number, at, subject, digest, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (number) DO NOTHING
        """;

    internal const string DeleteOld = """
        DELETE FROM credit.report WHERE id = ANY(ARRAY(SELECT id FROM credit.report WHERE at < $1 ORDER BY at LIMIT $2))
        """;

    internal const string DeleteSurplus = """
        DELETE FROM credit.report WHERE id = ANY(ARRAY(
            SELECT id FROM credit.report WHERE id <= (SELECT max(id) FROM credit.report) - $1 ORDER BY id LIMIT $2))
        """;

    public Task AddAsync(StoredReport report, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(P.Command(
                    Insert, P.Text(report.Number), P.Long(report.At.UtcTicks), P.Text(report.Subject.Value), P.Bytes(report.Digest),
                    P.Text(report.KeyId), P.Bytes(report.Signature))).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public Task<StoredReport?> FindAsync(string number, CancellationToken cancellation) => database.PointAsync<StoredReport?>(
        () => P.Command(FindOne, P.Text(number)),
        row => new StoredReport(
            row.Text(0), row.Instant(1), new SubjectId(row.Text(2)), row.Bytes(3), row.Text(4), row.Bytes(5)),
        cancellation);

    public Task<int> TrimAsync(DateTimeOffset due, long countMax, int limit, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var old = P.Command(DeleteOld, P.Long(due.UtcTicks), P.Int(limit));
                await transaction.ExecuteAsync(old).ConfigureAwait(false);
                var surplus = P.Command(DeleteSurplus, P.Long(countMax), P.Int(limit - (int)old.RecordsAffected));
                await transaction.ExecuteAsync(surplus).ConfigureAwait(false);
                return (int)(old.RecordsAffected + surplus.RecordsAffected);
            },
            cancellation);
    }
}
