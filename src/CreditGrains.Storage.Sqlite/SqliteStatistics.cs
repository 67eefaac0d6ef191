using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Figures of days, one row a figure.</summary>
internal sealed class SqliteStatistics(Writer writer, Readers readers, TimeProvider time) : IStatisticsStore
{
    internal const string Select = """
        SELECT figure, part, day, name, key, value FROM statistic
        WHERE figure = ? AND part = ? AND day BETWEEN ? AND ? ORDER BY day, name, key LIMIT ?
        """;

    internal const string SelectSums = """
        SELECT figure, part, ?3, name, key, sum(value) FROM statistic
        WHERE figure = ?1 AND part = ?2 AND day BETWEEN ?3 AND ?4 GROUP BY name, key ORDER BY name, key LIMIT ?5
        """;

    internal const string Put = """
        INSERT INTO statistic (figure, part, day, name, key, value) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (figure, part, day, name, key) DO UPDATE SET value = value + excluded.value
        """;

    internal const string DeleteDay = "DELETE FROM statistic WHERE figure = ? AND part = ? AND day = ?";
    internal const string DeleteOld = "DELETE FROM statistic WHERE day < ?";

    public Task<IReadOnlyList<Statistic>> ReadAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        QueryAsync(Select, figure, part, from, to, limit, cancellation);

    public Task<IReadOnlyList<Statistic>> SumAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        QueryAsync(SelectSums, figure, part, from, to, limit, cancellation);

    public Task WriteAsync(StatisticWrites writes, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            if (writes.KeepFrom is { } day)
                connection.Prepare(DeleteOld).Bind(day).Execute();
            foreach (var (figure, part, on) in writes.Set.Select(row => (row.Figure, row.Part, row.Day)).Distinct())
                connection.Prepare(DeleteDay).Bind(figure).Bind(part).Bind(on).Execute();
            foreach (var row in writes.Set.Concat(writes.Add))
            {
                connection.Prepare(Put)
                    .Bind(row.Figure).Bind(row.Part).Bind(row.Day).Bind(row.Name).Bind(row.Key).Bind(row.Value).Execute();
            }

            SqliteControlStore.Write(connection, writes.Documents, time.GetUtcNow());
            return true;
        },
        cancellation);

    private Task<IReadOnlyList<Statistic>> QueryAsync(
        string sql, string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<Statistic>>(
            connection =>
            {
                var rows = new List<Statistic>();
                var row = connection.Prepare(sql).Bind(figure).Bind(part).Bind(from).Bind(to).Bind(limit);
                while (row.Read())
                {
                    rows.Add(new Statistic(
                        row.Text(0), row.Text(1), DateOnly.FromDayNumber(row.Int(2)), row.Text(3), row.Text(4), row.Long(5)));
                }

                return rows;
            },
            cancellation);
}
