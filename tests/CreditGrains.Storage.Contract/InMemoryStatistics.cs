using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The figures of days of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryStatistics(InMemoryStore store, InMemoryData data) : IStatisticsStore
{
    public Task<IReadOnlyList<Statistic>> ReadAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<Statistic>>(
            "Statistics.Read", () => [.. Of(figure, part, from, to).Take(limit)], cancellation);

    public Task<IReadOnlyList<Statistic>> SumAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<Statistic>>(
            "Statistics.Sum",
            () =>
            [
                .. Of(figure, part, from, to).GroupBy(row => (row.Name, row.Key))
                    .Select(group => group.First() with { Day = from, Value = group.Sum(row => row.Value) })
                    .OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal).Take(limit),
            ],
            cancellation);

    public Task WriteAsync(StatisticWrites writes, CancellationToken cancellation) => store.WriteAsync(
        "Statistics.Write",
        () =>
        {
            InMemoryControl.Check(data, writes.Documents);
            data.Statistics.RemoveAll(row => row.Day < writes.KeepFrom
                || writes.Set.Any(set => (set.Figure, set.Part, set.Day) == (row.Figure, row.Part, row.Day)));
            foreach (var row in writes.Set.Concat(writes.Add))
            {
                var place = data.Statistics.FindIndex(known => known with { Value = 0 } == row with { Value = 0 });
                if (place < 0)
                    data.Statistics.Add(row);
                else
                    data.Statistics[place] = row with { Value = row.Value + data.Statistics[place].Value };
            }

            InMemoryControl.Write(data, writes.Documents);
            return true;
        },
        cancellation);

    private IEnumerable<Statistic> Of(string figure, string part, DateOnly from, DateOnly to) =>
        data.Statistics.Where(row => row.Figure == figure && row.Part == part && row.Day >= from && row.Day <= to)
            .OrderBy(row => row.Day).ThenBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal);
}
