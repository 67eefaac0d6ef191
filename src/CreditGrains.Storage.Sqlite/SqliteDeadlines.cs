using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The due list. Each page begins behind the last line of the one before; each kind of question has an index.</summary>
internal sealed class SqliteDeadlines(Writer writer, Readers readers) : IDeadlineStore
{
    internal const string SelectDue = "SELECT " + Columns + """
         FROM deadline INDEXED BY deadline_due
        WHERE kind = ?1 AND source = ?2 AND due <= ?3 AND (due, case_id) > (?4, ?5) ORDER BY due, case_id LIMIT ?6
        """;

    internal const string SelectState = "SELECT " + Columns + """
         FROM deadline INDEXED BY deadline_state
        WHERE kind = ?1 AND source = ?2 AND state = ?7 AND due <= ?3 AND (due, case_id) > (?4, ?5) ORDER BY due, case_id LIMIT ?6
        """;

    internal const string Count = """
        SELECT count(*) FROM (
            SELECT 1 FROM deadline INDEXED BY deadline_due WHERE kind = ? AND source = ? AND due >= ? AND due <= ? LIMIT ?)
        """;

    internal const string Delete = "DELETE FROM deadline WHERE case_id = ?";

    internal const string Insert =
        "INSERT INTO deadline (case_id, source, kind, state, due, clock, subject, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Columns = "case_id, source, state, due, clock, subject, revision";

    public Task<IReadOnlyList<DeadlineRow>> ListAsync(DeadlineQuery query, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<DeadlineRow>>(
            connection =>
            {
                var row = connection.Prepare(query.State is null ? SelectDue : SelectState)
                    .Bind((int)query.Kind).Bind(query.Source).Bind((query.DueUntil ?? DateOnly.MaxValue).DayNumber)
                    .Bind(query.After?.Due.DayNumber ?? -1).Bind(query.After?.Case.ToString() ?? "").Bind(query.Limit);
                if (query.State is { } state)
                    row.Bind((int)state);
                var rows = new List<DeadlineRow>();
                while (row.Read())
                {
                    rows.Add(new DeadlineRow
                    {
                        Case = CaseNumber.Parse(row.Text(0)) ?? throw new StoreException(
                            "The due list holds what is no case: make it anew.", StoreFault.Corrupt),
                        Source = row.Text(1),
                        State = (CaseState)row.Int(2),
                        Due = DateOnly.FromDayNumber(row.Int(3)),
                        Clock = row.Text(4),
                        Subject = new SubjectId(row.Text(5)),
                        Revision = row.Int(6),
                    });
                }

                return rows;
            },
            cancellation);

    public Task<int> CountAsync(
        CaseKind kind, string source, DateOnly from, DateOnly until, int max, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(Count).Bind((int)kind).Bind(source).Bind(from.DayNumber).Bind(until.DayNumber).Bind(max);
            row.Read();
            var count = row.Int(0);
            row.Reset();
            return count;
        },
        cancellation);

    public Task ReplaceAsync(CaseNumber number, IReadOnlyList<DeadlineRow> rows, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            Replace(connection, number.ToString(), rows);
            return true;
        },
        cancellation);

    /// <summary>Within the transaction that appends the step.</summary>
    internal static void Replace(Connection connection, string number, IReadOnlyList<DeadlineRow> rows)
    {
        connection.Prepare(Delete).Bind(number).Execute();
        foreach (var row in rows)
        {
            connection.Prepare(Insert).Bind(number).Bind(row.Source).Bind((int)row.Case.Kind).Bind((int)row.State).Bind(row.Due.DayNumber)
                .Bind(row.Clock).Bind(row.Subject.Value).Bind(row.Revision).Execute();
        }
    }
}
