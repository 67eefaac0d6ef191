using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>The due list. Each page begins behind the last line of the one before; each kind of question has an index.</summary>
internal sealed class PostgresDeadlines(PostgresDatabase database, ShardLeases leases) : IDeadlineStore
{
    internal const string SelectDue = "SELECT " + Columns + """
         FROM credit.deadline
        WHERE kind = $1 AND source = $2 AND due <= $3 AND (due, case_id) > ($4, $5) ORDER BY due, case_id LIMIT $6
        """;

    internal const string SelectState = "SELECT " + Columns + """
         FROM credit.deadline
        WHERE kind = $1 AND source = $2 AND state = $7 AND due <= $3 AND (due, case_id) > ($4, $5) ORDER BY due, case_id LIMIT $6
        """;

    internal const string Count = """
        SELECT count(*) FROM (
            SELECT 1 FROM credit.deadline WHERE kind = $1 AND source = $2 AND due >= $3 AND due <= $4 ORDER BY due LIMIT $5) AS found
        """;

    internal const string Delete = "DELETE FROM credit.deadline WHERE case_id = ANY($1)";

    internal const string Insert = """
        INSERT INTO credit.deadline (case_id, source, kind, state, due, clock, subject, revision)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string Columns = "case_id, source, state, due, clock, subject, revision";

    public async Task<IReadOnlyList<DeadlineRow>> ListAsync(DeadlineQuery query, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () =>
            {
                var command = P.Command(
                    query.State is null ? SelectDue : SelectState, P.Short((int)query.Kind), P.Text(query.Source),
                    P.Date(query.DueUntil ?? DateOnly.MaxValue), P.Int(query.After?.Due.DayNumber ?? -1),
                    P.Text(query.After?.Case.ToString() ?? ""), P.Int(query.Limit));
                if (query.State is { } state)
                    command.Parameters.Add(P.Short((int)state));
                return command;
            },
            row => new DeadlineRow
            {
                Case = CaseNumber.Parse(row.Text(0)) ?? throw new StoreException(
                    "The due list holds what is no case: make it anew.", StoreFault.Corrupt),
                Source = row.Text(1),
                State = (CaseState)row.GetInt16(2),
                Due = DateOnly.FromDayNumber(row.GetInt32(3)),
                Clock = row.Text(4),
                Subject = new SubjectId(row.Text(5)),
                Revision = row.GetInt32(6),
            },
            cancellation).ConfigureAwait(false);

    public async Task<int> CountAsync(
        CaseKind kind, string source, DateOnly from, DateOnly until, int max, CancellationToken cancellation) =>
        (await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(Count, P.Short((int)kind), P.Text(source), P.Date(from), P.Date(until), P.Int(max)),
            row => (int)row.GetInt64(0), cancellation).ConfigureAwait(false)).Single();

    public Task ReplaceAsync(CaseNumber number, IReadOnlyList<DeadlineRow> rows, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(Replace([number.ToString()], rows)).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    /// <summary>Within the transaction that appends steps. Of two steps of one case the later one's lines stay.</summary>
    internal static NpgsqlBatchCommand[] Replace(IEnumerable<JournalEntry> appended)
    {
        var newest = appended.Where(entry => entry.Deadlines is not null).GroupBy(entry => entry.Record.Id)
            .Select(steps => steps.MaxBy(step => step.Revision)!).ToList();
        return Replace([.. newest.Select(step => step.Record.Id)], [.. newest.SelectMany(step => step.Deadlines!)]);
    }

    private static NpgsqlBatchCommand[] Replace(IReadOnlyList<string> numbers, IReadOnlyList<DeadlineRow> rows) =>
    [
        P.Command(Delete, P.Texts(numbers)),
        P.Command(
            Insert, P.Texts(rows.Select(row => row.Case.ToString())), P.Texts(rows.Select(row => row.Source)),
            P.Shorts(rows.Select(row => (int)row.Case.Kind)), P.Shorts(rows.Select(row => (int)row.State)),
            P.Ints(rows.Select(row => row.Due.DayNumber)), P.Texts(rows.Select(row => row.Clock)),
            P.Texts(rows.Select(row => row.Subject.Value)), P.Ints(rows.Select(row => row.Revision))),
    ];
}
