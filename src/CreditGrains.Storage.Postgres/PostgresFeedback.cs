using System.Globalization;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Feedback on checks, a row a revision, and what is to come, a row a measure of a check; each with its index.</summary>
internal sealed class PostgresFeedback(PostgresDatabase database, ShardLeases leases) : IFeedbackStore
{
    internal const string Select = """
        SELECT check_number, measure, revision, action, amount, note, acted_on, actor, department, at
        FROM credit.feedback WHERE check_number = $1 ORDER BY measure, revision
        """;

    // No row where the newest revision is not the one before; the key decides between two that come at once.
    internal const string Insert = """
        INSERT INTO credit.feedback (check_number, measure, revision, action, amount, note, acted_on, actor, department, at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
        WHERE $3 - 1 = (SELECT coalesce(max(revision), 0) FROM credit.feedback WHERE check_number = $1 AND measure = $2)
        ON CONFLICT DO NOTHING
        """;

    internal const string InsertPending = "INSERT INTO credit.feedback_pending (" + Columns + """
        ) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
        """;

    internal const string SelectPendingOf =
        "SELECT " + Columns + " FROM credit.feedback_pending WHERE check_number = $1 ORDER BY measure";

    internal const string DeletePending =
        "DELETE FROM credit.feedback_pending WHERE check_number = $1 AND measure = $2 RETURNING " + Columns;

    internal const string SelectPendingAll = "SELECT " + Columns + """
         FROM credit.feedback_pending
        WHERE due <= $1 AND (due, check_number, measure) > ($2, $3, $4) ORDER BY due, check_number, measure LIMIT $5
        """;

    internal const string SelectPendingOwn = "SELECT " + Columns + """
         FROM credit.feedback_pending
        WHERE owner = $6 AND due <= $1 AND (due, check_number, measure) > ($2, $3, $4) ORDER BY due, check_number, measure LIMIT $5
        """;

    internal const string TrimPending = """
        DELETE FROM credit.feedback_pending WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM credit.feedback_pending WHERE due < $1 ORDER BY due LIMIT $2))
        """;

    internal const string Trim = """
        DELETE FROM credit.feedback WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM credit.feedback WHERE check_number < $1 ORDER BY check_number LIMIT $2))
        """;

    private const string Columns = "check_number, measure, owner, subject, matter, stage, asked_on, due";

    public async Task<IReadOnlyList<StoredFeedback>> ReadAsync(string check, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(Select, P.Text(check)),
            row => new StoredFeedback
            {
                Check = row.Text(0),
                Measure = row.Text(1),
                Revision = row.GetInt32(2),
                Action = row.Text(3),
                Amount = row.TextOrNull(4) is { } amount ? decimal.Parse(amount, CultureInfo.InvariantCulture) : null,
                Note = row.TextOrNull(5),
                ActedOn = DateOnly.FromDayNumber(row.GetInt32(6)),
                Actor = row.Text(7),
                Department = row.TextOrNull(8),
                At = row.Instant(9),
            },
            cancellation).ConfigureAwait(false);

    public Task<PendingFeedback?> AddAsync(StoredFeedback feedback, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync<PendingFeedback?>(
            async transaction =>
            {
                var insert = P.Command(
                    Insert, P.Text(feedback.Check), P.Text(feedback.Measure), P.Int(feedback.Revision), P.Text(feedback.Action),
                    P.Text(feedback.Amount?.ToString(CultureInfo.InvariantCulture)), P.Text(feedback.Note), P.Date(feedback.ActedOn),
                    P.Text(feedback.Actor), P.Text(feedback.Department), P.Long(feedback.At.UtcTicks));
                await transaction.ExecuteAsync(insert).ConfigureAwait(false);
                if (insert.RecordsAffected == 0)
                    throw new WriteConflictException($"Feedback on {feedback.Measure} of {feedback.Check} is not at that revision.");
                return (await transaction.ReadAsync(
                    P.Command(DeletePending, P.Text(feedback.Check), P.Text(feedback.Measure)), PendingOf).ConfigureAwait(false))
                    .SingleOrDefault();
            },
            cancellation);
    }

    public async Task<IReadOnlyList<PendingFeedback>> PendingAsync(PendingFeedbackQuery query, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () =>
            {
                var command = P.Command(
                    query.Owner is null ? SelectPendingAll : SelectPendingOwn, P.Date(query.DueUntil ?? DateOnly.MaxValue),
                    P.Int(query.After?.Due.DayNumber ?? -1), P.Text(query.After?.Check ?? ""), P.Text(query.After?.Measure ?? ""),
                    P.Int(query.Limit));
                if (query.Owner is { } owner)
                    command.Parameters.Add(P.Text(owner));
                return command;
            },
            PendingOf,
            cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<PendingFeedback>> PendingOfAsync(string check, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectPendingOf, P.Text(check)), PendingOf, cancellation).ConfigureAwait(false);

    public Task<int> TrimPendingAsync(DateOnly dueBefore, int limit, CancellationToken cancellation) =>
        TrimAsync(() => P.Command(TrimPending, P.Date(dueBefore), P.Int(limit)), cancellation);

    public Task<int> TrimAsync(DateOnly askedBefore, int limit, CancellationToken cancellation) =>
        TrimAsync(() => P.Command(Trim, P.Text(StoredFeedback.NumbersFrom(askedBefore)), P.Int(limit)), cancellation);

    private Task<int> TrimAsync(Func<NpgsqlBatchCommand> command, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var trim = command();
                await transaction.ExecuteAsync(trim).ConfigureAwait(false);
                return (int)trim.RecordsAffected;
            },
            cancellation);
    }

    /// <summary>For the transaction that appends the checks' entries; null where they wait for nothing.</summary>
    internal static NpgsqlBatchCommand? AddPending(IReadOnlyList<AccessEntry> entries)
    {
        List<PendingFeedback>? pending = null;
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Pending is { Count: > 0 } some)
                (pending ??= []).AddRange(some);
        }

        return pending is null
            ? null
            : P.Command(
                InsertPending, P.Texts(pending.Select(each => each.Check)), P.Texts(pending.Select(each => each.Measure)),
                P.Texts(pending.Select(each => each.Owner)), P.Texts(pending.Select(each => each.Subject.Value)),
                P.Texts(pending.Select(each => each.Matter)), P.Texts(pending.Select(each => each.Stage)),
                P.Ints(pending.Select(each => each.AskedOn.DayNumber)), P.Ints(pending.Select(each => each.Due.DayNumber)));
    }

    private static PendingFeedback PendingOf(NpgsqlDataReader row) => new()
    {
        Check = row.Text(0),
        Measure = row.Text(1),
        Owner = row.Text(2),
        Subject = new SubjectId(row.Text(3)),
        Matter = row.Text(4),
        Stage = row.TextOrNull(5),
        AskedOn = DateOnly.FromDayNumber(row.GetInt32(6)),
        Due = DateOnly.FromDayNumber(row.GetInt32(7)),
    };
}
