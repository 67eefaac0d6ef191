using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Tasks of implementers, one row each; of a measure of an organisation one is open at most.</summary>
internal sealed class SqliteMeasureTasks(Writer writer, Readers readers, TimeProvider time) : IMeasureTaskStore
{
    internal const string DeleteOpposite = """
        DELETE FROM measure_task WHERE subject = ? AND measure = ? AND done_at IS NULL AND is_lift = ?
        """;

    internal const string Insert = """
        INSERT INTO measure_task (shard, number, subject, measure, implementer, is_lift, since) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """;

    internal const string Select = "SELECT " + Columns + " FROM measure_task WHERE shard = ? AND number = ?";

    internal const string SelectOpen = "SELECT " + Columns + """
         FROM measure_task INDEXED BY measure_task_open
        WHERE done_at IS NULL AND (since, shard, number) > (?1, ?2, ?3) ORDER BY since, shard, number LIMIT ?4
        """;

    internal const string SelectOpenOf = "SELECT " + Columns + """
         FROM measure_task INDEXED BY measure_task_implementer
        WHERE implementer = ?5 AND done_at IS NULL AND (since, shard, number) > (?1, ?2, ?3) ORDER BY since, shard, number LIMIT ?4
        """;

    internal const string End = """
        UPDATE measure_task SET done_on = ?3, note = ?4, actor = ?5, done_at = ?6 WHERE shard = ?1 AND number = ?2 AND done_at IS NULL
        """;

    private const string Columns = "shard, number, subject, measure, implementer, is_lift, since, done_on, note, actor, done_at";

    public Task TakeOverAsync(IReadOnlyList<MeasureTask> tasks, ControlWrite place, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            SqliteControlStore.Write(connection, [place], time.GetUtcNow());
            foreach (var task in tasks)
            {
                var fallen = connection.Prepare(DeleteOpposite).Bind(task.Subject.Value).Bind(task.Measure).Bind(task.IsLift ? 0 : 1)
                    .Execute();
                if (fallen > 0)
                    continue;
                connection.Prepare(Insert).Bind(task.Change.Shard).Bind(task.Change.Number).Bind(task.Subject.Value).Bind(task.Measure)
                    .Bind(task.Implementer).Bind(task.IsLift ? 1 : 0).Bind(task.Since).Execute();
            }

            return true;
        },
        cancellation);

    public Task<MeasureTask?> FindAsync(ShardNumber change, CancellationToken cancellation) => readers.PointAsync(
        connection => TasksOf(connection.Prepare(Select).Bind(change.Shard).Bind(change.Number)).SingleOrDefault(), cancellation);

    public Task<IReadOnlyList<MeasureTask>> ListAsync(MeasureTaskQuery query, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<MeasureTask>>(
            connection =>
            {
                var row = connection.Prepare(query.Implementer is null ? SelectOpen : SelectOpenOf)
                    .Bind(query.After?.Since.DayNumber ?? -1).Bind(query.After?.Change.Shard ?? 0).Bind(query.After?.Change.Number ?? 0L)
                    .Bind(query.Limit);
                if (query.Implementer is { } implementer)
                    row.Bind(implementer);
                return TasksOf(row);
            },
            cancellation);

    public Task<bool> EndAsync(ShardNumber change, MeasureTaskDone done, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(End).Bind(change.Shard).Bind(change.Number).Bind(done.On).Bind(done.Note).Bind(done.Actor)
            .Bind(done.At).Execute() > 0,
        cancellation);

    private static List<MeasureTask> TasksOf(Statement row)
    {
        var tasks = new List<MeasureTask>();
        while (row.Read())
        {
            tasks.Add(new MeasureTask
            {
                Change = new ShardNumber(row.Int(0), row.Long(1)),
                Subject = new SubjectId(row.Text(2)),
                Measure = row.Text(3),
                Implementer = row.Text(4),
                IsLift = row.Int(5) != 0,
                Since = DateOnly.FromDayNumber(row.Int(6)),
                Done = row.IsNull(10) ? null : new MeasureTaskDone(
                    DateOnly.FromDayNumber(row.Int(7)), row.TextOrNull(8), row.Text(9), row.Instant(10)),
            });
        }

        return tasks;
    }
}
