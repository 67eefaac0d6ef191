using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Issued credit reports, one row a number.</summary>
internal sealed class SqliteReports(Writer writer, Readers readers) : IReportStore
{
    internal const string Find = "SELECT number, at, subject, digest, key_id, signature FROM report WHERE number = ?";

    internal const string Insert = """
        INSERT INTO report (number, at, subject, digest, key_id, signature) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING
        """;

    internal const string DeleteOld = "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE at < ? ORDER BY at LIMIT ?)";

    internal const string DeleteSurplus = """
        DELETE FROM report WHERE id IN (
            SELECT id FROM report WHERE id <= (SELECT max(id) FROM report) - ? ORDER BY id LIMIT ?)
        """;

    public Task AddAsync(StoredReport report, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(Insert).Bind(report.Number).Bind(report.At).Bind(report.Subject.Value)
            .Bind(report.Digest.AsSpan()).Bind(report.KeyId).Bind(report.Signature.AsSpan()).Execute(),
        cancellation);

    public Task<StoredReport?> FindAsync(string number, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(Find).Bind(number);
            if (!row.Read())
                return null;
            var found = new StoredReport(
                row.Text(0), row.Instant(1), new SubjectId(row.Text(2)), row.Blob(3), row.Text(4), row.Blob(5));
            row.Reset();
            return found;
        },
        cancellation);

    public Task<int> TrimAsync(DateTimeOffset due, long countMax, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            var gone = connection.Prepare(DeleteOld).Bind(due).Bind(limit).Execute();
            return gone + connection.Prepare(DeleteSurplus).Bind(countMax).Bind(limit - gone).Execute();
        },
        cancellation);
}
