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
    public static ListSnapshot Empty { get; } = new(
        0, default, ImmutableDictionary<string, ImmutableSortedSet<ListRow>>.Empty, []);

    public ImmutableSortedSet<ListRow> Rows(string list) => Lists.GetValueOrDefault(list) ?? NoRows;

    public static ImmutableSortedSet<ListRow> NoRows { get; } = ImmutableSortedSet.Create(ListRow.NewestFirst);
}
