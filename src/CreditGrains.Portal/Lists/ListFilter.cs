using System.Collections.Immutable;
using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Portal.Lists;

/// <summary>Filter of a list. Dates are a stretch of its order; a region is looked for within the list's bound of rows.</summary>
/// <param name="Region">Region, or its beginning; empty for all.</param>
/// <param name="From">First date; null for no bound.</param>
/// <param name="To">Last date; null for no bound.</param>
internal sealed record ListFilter(string Region, DateOnly? From, DateOnly? To)
{
    /// <summary>As part of a cursor's list: a cursor is of one filter.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Region}\n{From:yyyy-MM-dd}\n{To:yyyy-MM-dd}");

    /// <summary>Rows of the filter from a place on.</summary>
    /// <param name="rows">The list, newest first.</param>
    /// <param name="after">Only what comes after this row; null from the first.</param>
    public IEnumerable<ListRow> Rows(ImmutableSortedSet<ListRow> rows, ListRow? after = null)
    {
        var start = Math.Max(Begin(rows), after is null ? 0 : rows.IndexOf(after) is var at && at >= 0 ? at + 1 : ~at);
        var end = End(rows);
        for (var i = start; i < end; i++)
        {
            if (Region.Length == 0 || rows[i].Region?.StartsWith(Region, StringComparison.Ordinal) == true)
                yield return rows[i];
        }
    }

    /// <summary>How many rows of a list the filter leaves.</summary>
    public int Count(ListSnapshot snapshot, string list)
    {
        var rows = snapshot.Rows(list);
        return Region.Length == 0 ? Math.Max(0, End(rows) - Begin(rows))
            : From is null && To is null ? snapshot.CountOf(list, Region) : Rows(rows).Count();
    }

    private int Begin(ImmutableSortedSet<ListRow> rows) => To is { } to ? PlaceOf(rows, to.DayNumber) : 0;

    private int End(ImmutableSortedSet<ListRow> rows) =>
        From is { } from ? PlaceOf(rows, from.DayNumber - 1) : rows.Count;

    /// <summary>The first row of a day or of one before it: no subject's code comes before the empty one.</summary>
    private static int PlaceOf(ImmutableSortedSet<ListRow> rows, int day) =>
        ~rows.IndexOf(new ListRow(day, new SubjectId(""), new RecordId(new SourceId(""), ""), null));
}
