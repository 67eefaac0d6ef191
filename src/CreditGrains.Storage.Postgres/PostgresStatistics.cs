using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Figures of days, one row a figure.</summary>
internal sealed class PostgresStatistics(PostgresDatabase database, ShardLeases leases, TimeProvider time) : IStatisticsStore
{
    internal const string Select = """
        SELECT figure, part, day, name, key, value FROM credit.statistic
        WHERE figure = $1 AND part = $2 AND day BETWEEN $3 AND $4 ORDER BY day, name, key LIMIT $5
        """;

    internal const string SelectSums = """
        SELECT figure, part, $3, name, key, sum(value)::int8 FROM credit.statistic
        WHERE figure = $1 AND part = $2 AND day BETWEEN $3 AND $4 GROUP BY figure, part, name, key ORDER BY name, key LIMIT $5
        """;

    internal const string Put = """
        INSERT INTO credit.statistic AS s (figure, part, day, name, key, value)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (figure, part, day, name, key) DO UPDATE SET value = s.value + excluded.value
        """;

    internal const string DeleteDay = "DELETE FROM credit.statistic WHERE figure = $1 AND part = $2 AND day = $3";
    internal const string DeleteOld = "DELETE FROM credit.statistic WHERE day < $1";

    public Task<IReadOnlyList<Statistic>> ReadAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        QueryAsync(Select, figure, part, from, to, limit, cancellation);

    public Task<IReadOnlyList<Statistic>> SumAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        QueryAsync(SelectSums, figure, part, from, to, limit, cancellation);

    public Task WriteAsync(StatisticWrites writes, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var statements = new List<NpgsqlBatchCommand>();
                if (writes.KeepFrom is { } day)
                    statements.Add(P.Command(DeleteOld, P.Date(day)));
                foreach (var (figure, part, on) in writes.Set.Select(row => (row.Figure, row.Part, row.Day)).Distinct())
                    statements.Add(P.Command(DeleteDay, P.Text(figure), P.Text(part), P.Date(on)));

                // In one order, or two that add to the same rows would wait for one another.
                var rows = writes.Set.Concat(writes.Add).OrderBy(row => row.Figure, StringComparer.Ordinal)
                    .ThenBy(row => row.Part, StringComparer.Ordinal).ThenBy(row => row.Day)
                    .ThenBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal).ToList();
                if (rows.Count > 0)
                {
                    statements.Add(P.Command(
                        Put, P.Texts(rows.Select(row => row.Figure)), P.Texts(rows.Select(row => row.Part)),
                        P.Ints(rows.Select(row => row.Day.DayNumber)), P.Texts(rows.Select(row => row.Name)),
                        P.Texts(rows.Select(row => row.Key)), P.Longs(rows.Select(row => row.Value))));
                }

                if (statements.Count > 0)
                    await transaction.ExecuteAsync(statements).ConfigureAwait(false);
                await PostgresControl.WriteAsync(transaction, writes.Documents, time.GetUtcNow()).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    private async Task<IReadOnlyList<Statistic>> QueryAsync(
        string sql, string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(sql, P.Text(figure), P.Text(part), P.Date(from), P.Date(to), P.Int(limit)),
            row => new Statistic(
                row.Text(0), row.Text(1), DateOnly.FromDayNumber(row.GetInt32(2)), row.Text(3), row.Text(4), row.GetInt64(5)),
            cancellation).ConfigureAwait(false);
}
