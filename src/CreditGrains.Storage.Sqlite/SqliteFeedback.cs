using System.Globalization;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Feedback on checks, a row a revision, and what is to come, a row a measure of a check; each with its index.</summary>
internal sealed class SqliteFeedback(Writer writer, Readers readers) : IFeedbackStore
{
    internal const string Select = """
        SELECT check_number, measure, revision, action, amount, note, acted_on, actor, department, at
        FROM feedback WHERE check_number = ? ORDER BY measure, revision
        """;

    internal const string Newest = "SELECT coalesce(max(revision), 0) FROM feedback WHERE check_number = ? AND measure = ?";

    internal const string Insert = """
        INSERT INTO feedback (check_number, measure, revision, action, amount, note, acted_on, actor, department, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    internal const string InsertPending = "INSERT INTO feedback_pending (" + Columns + """
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """;

    internal const string SelectPendingOne =
        "SELECT " + Columns + " FROM feedback_pending WHERE check_number = ? AND measure = ?";

    internal const string SelectPendingOf = "SELECT " + Columns + " FROM feedback_pending WHERE check_number = ? ORDER BY measure";

    internal const string DeletePending = "DELETE FROM feedback_pending WHERE check_number = ? AND measure = ?";

    internal const string SelectPendingAll = "SELECT " + Columns + """
         FROM feedback_pending INDEXED BY feedback_pending_due
        WHERE due <= ?1 AND (due, check_number, measure) > (?2, ?3, ?4) ORDER BY due, check_number, measure LIMIT ?5
        """;

    internal const string SelectPendingOwn = "SELECT " + Columns + """
         FROM feedback_pending INDEXED BY feedback_pending_owner
        WHERE owner = ?6 AND due <= ?1 AND (due, check_number, measure) > (?2, ?3, ?4) ORDER BY due, check_number, measure LIMIT ?5
        """;

    internal const string TrimPending = """
        DELETE FROM feedback_pending WHERE (check_number, measure) IN (
            SELECT check_number, measure FROM feedback_pending INDEXED BY feedback_pending_due WHERE due < ? ORDER BY due LIMIT ?)
        """;

    internal const string Trim = """
        DELETE FROM feedback WHERE (check_number, measure, revision) IN (
            SELECT check_number, measure, revision FROM feedback WHERE check_number < ? ORDER BY check_number LIMIT ?)
        """;

    private const string Columns = "check_number, measure, owner, subject, matter, stage, asked_on, due";

    public Task<IReadOnlyList<StoredFeedback>> ReadAsync(string check, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<StoredFeedback>>(
            connection =>
            {
                var row = connection.Prepare(Select).Bind(check);
                var found = new List<StoredFeedback>();
                while (row.Read())
                {
                    found.Add(new StoredFeedback
                    {
                        Check = row.Text(0),
                        Measure = row.Text(1),
                        Revision = row.Int(2),
                        Action = row.Text(3),
                        Amount = row.TextOrNull(4) is { } amount ? decimal.Parse(amount, CultureInfo.InvariantCulture) : null,
                        Note = row.TextOrNull(5),
                        ActedOn = DateOnly.FromDayNumber(row.Int(6)),
                        Actor = row.Text(7),
                        Department = row.TextOrNull(8),
                        At = row.Instant(9),
                    });
                }

                return found;
            },
            cancellation);

    public Task<PendingFeedback?> AddAsync(StoredFeedback feedback, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            var row = connection.Prepare(Newest).Bind(feedback.Check).Bind(feedback.Measure);
            var newest = row.Read() ? row.Int(0) : 0;
            row.Reset();
            if (newest != feedback.Revision - 1)
                throw new WriteConflictException($"Feedback on {feedback.Measure} of {feedback.Check} has revision {newest}.");
            connection.Prepare(Insert).Bind(feedback.Check).Bind(feedback.Measure).Bind(feedback.Revision).Bind(feedback.Action)
                .Bind(feedback.Amount?.ToString(CultureInfo.InvariantCulture)).Bind(feedback.Note).Bind(feedback.ActedOn)
                .Bind(feedback.Actor).Bind(feedback.Department).Bind(feedback.At).Execute();
            var waiting = Pending(connection.Prepare(SelectPendingOne).Bind(feedback.Check).Bind(feedback.Measure)).SingleOrDefault();
            if (waiting is not null)
                connection.Prepare(DeletePending).Bind(feedback.Check).Bind(feedback.Measure).Execute();
            return waiting;
        },
        cancellation);

    public Task<IReadOnlyList<PendingFeedback>> PendingAsync(PendingFeedbackQuery query, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<PendingFeedback>>(
            connection =>
            {
                var row = connection.Prepare(query.Owner is null ? SelectPendingAll : SelectPendingOwn)
                    .Bind((query.DueUntil ?? DateOnly.MaxValue).DayNumber).Bind(query.After?.Due.DayNumber ?? -1)
                    .Bind(query.After?.Check ?? "").Bind(query.After?.Measure ?? "").Bind(query.Limit);
                if (query.Owner is { } owner)
                    row.Bind(owner);
                return Pending(row);
            },
            cancellation);

    public Task<IReadOnlyList<PendingFeedback>> PendingOfAsync(string check, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<PendingFeedback>>(
            connection => Pending(connection.Prepare(SelectPendingOf).Bind(check)), cancellation);

    public Task<int> TrimPendingAsync(DateOnly dueBefore, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => connection.Prepare(TrimPending).Bind(dueBefore).Bind(limit).Execute(), cancellation);

    public Task<int> TrimAsync(DateOnly askedBefore, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => connection.Prepare(Trim).Bind(StoredFeedback.NumbersFrom(askedBefore)).Bind(limit).Execute(),
        cancellation);

    /// <summary>Within the transaction that appends the checks' entries; again after a failure of unknown outcome.</summary>
    internal static void AddPending(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Pending is { } some)
                AddPending(connection, some);
        }
    }

    private static void AddPending(Connection connection, IReadOnlyList<PendingFeedback> some)
    {
        foreach (var pending in some)
        {
            connection.Prepare(InsertPending).Bind(pending.Check).Bind(pending.Measure).Bind(pending.Owner).Bind(pending.Subject.Value)
                .Bind(pending.Matter).Bind(pending.Stage).Bind(pending.AskedOn).Bind(pending.Due).Execute();
        }
    }

    private static List<PendingFeedback> Pending(Statement row)
    {
        var found = new List<PendingFeedback>();
        while (row.Read())
        {
            found.Add(new PendingFeedback
            {
                Check = row.Text(0),
                Measure = row.Text(1),
                Owner = row.Text(2),
                Subject = new SubjectId(row.Text(3)),
                Matter = row.Text(4),
                Stage = row.TextOrNull(5),
                AskedOn = DateOnly.FromDayNumber(row.Int(6)),
                Due = DateOnly.FromDayNumber(row.Int(7)),
            });
        }

        return found;
    }
}
