using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Statistics;

/// <summary>The counts of one day, or of one part over days.</summary>
/// <param name="Day">The day; of a part the first one.</param>
/// <param name="Name">The part; empty for the whole, or for what has none.</param>
/// <param name="Counts">By key: grade, or whether records came in time. Ordinal order.</param>
public sealed record DayFigures(DateOnly Day, string Name, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>All counts together.</summary>
    public long Total => Counts.Values.Sum();

    /// <summary>One count; 0 where there is none.</summary>
    public long Of(string key) => Counts.GetValueOrDefault(key);

    internal static IReadOnlyList<DayFigures> ByDay(IEnumerable<Statistic> rows) =>
        [.. rows.GroupBy(row => row.Day).Select(group => Of(group.Key, "", group))];

    internal static IReadOnlyList<DayFigures> ByName(IEnumerable<Statistic> rows) =>
    [
        .. rows.GroupBy(row => row.Name, StringComparer.Ordinal).Select(group => Of(group.First().Day, group.Key, group))
            .OrderByDescending(figures => figures.Total).ThenBy(figures => figures.Name, StringComparer.Ordinal),
    ];

    private static DayFigures Of(DateOnly day, string name, IEnumerable<Statistic> rows) => new(
        day, name, new SortedDictionary<string, long>(
            rows.GroupBy(row => row.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(row => row.Value)),
            StringComparer.Ordinal));
}
