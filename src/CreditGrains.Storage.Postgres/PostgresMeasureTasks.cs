using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Tasks of implementers, one row each; of a measure of an organisation one is open at most.</summary>
internal sealed class PostgresMeasureTasks(PostgresDatabase database, ShardLeases leases, TimeProvider time) : IMeasureTaskStore
{
    internal const string TakeOver = """
        WITH fallen AS (
            DELETE FROM credit.measure_task WHERE subject = $3 AND measure = $4 AND done_at IS NULL AND is_lift <> $6 RETURNING 1)
        INSERT INTO credit.measure_task (shard, number, subject, measure, implementer, is_lift, since)
        SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM fallen) ON CONFLICT DO NOTHING
        """;

    internal const string Select = "SELECT " + Columns + " FROM credit.measure_task WHERE shard = $1 AND number = $2";

    internal const string SelectOpen = "SELECT " + Columns + """
         FROM credit.measure_task
        WHERE done_at IS NULL AND (since, shard, number) > ($1, $2, $3) ORDER BY since, shard, number LIMIT $4
        """;

    internal const string SelectOpenOf = "SELECT " + Columns + """
         FROM credit.measure_task
        WHERE implementer = $5 AND done_at IS NULL AND (since, shard, number) > ($1, $2, $3) ORDER BY since, shard, number LIMIT $4
        """;

    internal const string End = """
        UPDATE credit.measure_task SET done_on = $3, note = $4, actor = $5, done_at = $6
        WHERE shard = $1 AND number = $2 AND done_at IS NULL
        """;

    private const string Columns = "shard, number, subject, measure, implementer, is_lift, since, done_on, note, actor, done_at";

    public Task TakeOverAsync(IReadOnlyList<MeasureTask> tasks, ControlWrite place, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await PostgresControl.WriteAsync(transaction, [place], time.GetUtcNow()).ConfigureAwait(false);
                await transaction.ExecuteAsync(
                    [
                        .. tasks.Select(task => P.Command(
                            TakeOver, P.Int(task.Change.Shard), P.Long(task.Change.Number), P.Text(task.Subject.Value),
                            P.Text(task.Measure), P.Text(task.Implementer), P.Bool(task.IsLift), P.Date(task.Since))),
                    ]).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public Task<MeasureTask?> FindAsync(ShardNumber change, CancellationToken cancellation) => database.PointAsync<MeasureTask?>(
        () => P.Command(Select, P.Int(change.Shard), P.Long(change.Number)), TaskOf, cancellation);

    public async Task<IReadOnlyList<MeasureTask>> ListAsync(MeasureTaskQuery query, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () =>
            {
                var command = P.Command(
                    query.Implementer is null ? SelectOpen : SelectOpenOf, P.Int(query.After?.Since.DayNumber ?? -1),
                    P.Int(query.After?.Change.Shard ?? 0), P.Long(query.After?.Change.Number ?? 0), P.Int(query.Limit));
                if (query.Implementer is { } implementer)
                    command.Parameters.Add(P.Text(implementer));
                return command;
            },
            TaskOf,
            cancellation).ConfigureAwait(false);

    public Task<bool> EndAsync(ShardNumber change, MeasureTaskDone done, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var end = P.Command(
                    End, P.Int(change.Shard), P.Long(change.Number), P.Date(done.On), P.Text(done.Note), P.Text(done.Actor),
                    P.Long(done.At.UtcTicks));
                await transaction.ExecuteAsync(end).ConfigureAwait(false);
                return end.RecordsAffected > 0;
            },
            cancellation);
    }

    private static MeasureTask TaskOf(NpgsqlDataReader row) => new()
    {
        Change = new ShardNumber(row.GetInt32(0), row.GetInt64(1)),
        Subject = new SubjectId(row.Text(2)),
        Measure = row.Text(3),
        Implementer = row.Text(4),
        IsLift = row.GetBoolean(5),
        Since = DateOnly.FromDayNumber(row.GetInt32(6)),
        Done = row.IsDBNull(10) ? null : new MeasureTaskDone(
            DateOnly.FromDayNumber(row.GetInt32(7)), row.TextOrNull(8), row.Text(9), row.Instant(10)),
    };
}
