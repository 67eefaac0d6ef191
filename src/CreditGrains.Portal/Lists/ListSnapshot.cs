using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace CreditGrains.Portal.Lists;

/// <summary>All lists as they were at one moment. Immutable: pages of one snapshot fit together whatever happens meanwhile.</summary>
/// <param name="Number">Names it in cursors.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Lists">Rows by list.</param>
/// <param name="Cut">Lists of which only the newest rows are kept.</param>
internal sealed record ListSnapshot(
    long Number, DateTimeOffset At, ImmutableDictionary<string, ImmutableSortedSet<ListRow>> Lists, ImmutableHashSet<string> Cut)
{
    /// <summary>Rows of each region by list, counted when a filter first asks.</summary>
    private readonly ConcurrentDictionary<string, Dictionary<string, int>> _regions = new(StringComparer.Ordinal);

    public static ListSnapshot Empty { get; } = new(
        0, default, ImmutableDictionary<string, ImmutableSortedSet<ListRow>>.Empty, []);

    public ImmutableSortedSet<ListRow> Rows(string list) => Lists.GetValueOrDefault(list) ?? NoRows;

    /// <summary>
    /// Rows of a region, or of all that begin so. A pass over a list of twenty thousand for each request cost more than the rest of the
    /// page (<c>credit bench page</c>, list-region).
    /// </summary>
    public int CountOf(string list, string region) => _regions.GetOrAdd(list, name => Rows(name).Where(row => row.Region is not null)
        .GroupBy(row => row.Region!).ToDictionary(group => group.Key, group => group.Count()))
        .Where(each => each.Key.StartsWith(region, StringComparison.Ordinal)).Sum(each => each.Value);

    public static ImmutableSortedSet<ListRow> NoRows { get; } = ImmutableSortedSet.Create(ListRow.NewestFirst);
}
