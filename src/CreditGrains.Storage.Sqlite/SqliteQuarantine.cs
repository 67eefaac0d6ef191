using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Rejected lines. A line sent again keeps the number of its open predecessor; lines that may not be kept are the same when they
/// were refused for the same reason. Closing drops the content and keeps who closed it, when and how.
/// </summary>
internal sealed class SqliteQuarantine(Writer writer, Readers readers) : IQuarantine
{
    internal const string NextNumber = "SELECT coalesce(max(number), 0) + 1 FROM quarantine WHERE source = ?";

    internal const string Insert = """
        INSERT INTO quarantine (source, number, record_id, code, detail, pointer, at, sameness, line, revision)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (source, sameness) WHERE closed_at IS NULL DO UPDATE
        SET code = excluded.code, detail = excluded.detail, pointer = excluded.pointer, at = excluded.at, revision = excluded.revision
        """;

    internal const string SelectOpen = "SELECT " + Columns + """
         FROM quarantine INDEXED BY quarantine_open WHERE source = ? AND number > ? AND closed_at IS NULL ORDER BY number LIMIT ?
        """;

    internal const string SelectClosed = "SELECT " + Columns + """
         FROM quarantine INDEXED BY quarantine_closed
        WHERE source = ? AND number > ? AND closed_how = ? AND closed_at IS NOT NULL ORDER BY number LIMIT ?
        """;

    internal const string SelectAll = "SELECT " + Columns + """
         FROM quarantine WHERE source = ? AND number > ? ORDER BY number LIMIT ?
        """;

    internal const string SelectOfRecord = "SELECT " + Columns + """
         FROM quarantine INDEXED BY quarantine_record WHERE source = ? AND record_id = ? AND closed_at IS NULL LIMIT 100
        """;

    internal const string SelectOne = "SELECT " + Columns + " FROM quarantine WHERE source = ? AND number = ? AND closed_at IS NULL";

    internal const string Close = """
        UPDATE quarantine SET closed_how = ?3, closed_by = ?4, closed_at = ?5, line = NULL
        WHERE source = ?1 AND number = ?2 AND closed_at IS NULL
        """;

    internal const string Count =
        "SELECT count(*) FROM quarantine INDEXED BY quarantine_open WHERE source = ? AND closed_at IS NULL";

    private const string Columns = "number, source, record_id, code, detail, pointer, line, at, revision, closed_how, closed_by, closed_at";

    public Task AddAsync(IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            foreach (var line in lines)
                Add(connection, line);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<QuarantinedLine>>(
            connection =>
            {
                var lines = new List<QuarantinedLine>();
                var sql = state switch { QuarantineState.Open => SelectOpen, QuarantineState.All => SelectAll, _ => SelectClosed };
                var row = connection.Prepare(sql).Bind(source.Value).Bind(after);
                if (sql == SelectClosed)
                    row.Bind(state);
                row.Bind(limit);
                while (row.Read())
                    lines.Add(LineOf(row));
                return lines;
            },
            cancellation);

    public Task<IReadOnlyList<QuarantinedLine>> FindOpenAsync(
        SourceId source, IReadOnlyCollection<string> recordIds, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<QuarantinedLine>>(
            connection => connection.Snapshot(snapshot =>
            {
                var lines = new List<QuarantinedLine>();
                var row = snapshot.Prepare(SelectOfRecord);
                foreach (var id in recordIds)
                {
                    row.Bind(source.Value).Bind(id);
                    while (row.Read())
                        lines.Add(LineOf(row));
                }

                return lines;
            }),
            cancellation);

    public Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(SelectOne).Bind(source.Value).Bind(number);
            if (!row.Read())
                return null;
            var line = LineOf(row);
            row.Reset();
            return line;
        },
        cancellation);

    public Task<int> CloseAsync(
        SourceId source, IReadOnlyCollection<long> numbers, string how, string actor, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(
            WriteLane.Other,
            connection => numbers.Sum(
                number => connection.Prepare(Close).Bind(source.Value).Bind(number).Bind(how).Bind(actor).Bind(at).Execute()),
            cancellation);

    public Task<long> CountAsync(SourceId source, CancellationToken cancellation) => readers.ScanAsync(
        connection =>
        {
            var row = connection.Prepare(Count).Bind(source.Value);
            row.Read();
            var count = row.Long(0);
            row.Reset();
            return count;
        },
        cancellation);

    private static void Add(Connection connection, QuarantinedLine line)
    {
        var next = connection.Prepare(NextNumber).Bind(line.Source.Value);
        next.Read();
        var number = next.Long(0);
        next.Reset();
        connection.Prepare(Insert)
            .Bind(line.Source.Value).Bind(number).Bind(line.RecordId).Bind(line.Code).Bind(line.Detail).Bind(line.Pointer)
            .Bind(line.At).BindBlob(line.Sameness()).BindBlob(line.Line).Bind(line.Revision).Execute();
    }

    private static QuarantinedLine LineOf(Statement row) => new(
        row.Long(0),
        new SourceId(row.Text(1)),
        row.TextOrNull(2),
        row.Text(3),
        row.Text(4),
        row.Text(5),
        row.BlobOrNull(6),
        row.Instant(7))
    {
        Revision = row.IsNull(8) ? null : row.Int(8),
        State = row.TextOrNull(9) ?? QuarantineState.Open,
        ClosedBy = row.TextOrNull(10),
        ClosedAt = row.IsNull(11) ? null : row.Instant(11),
    };
}
