using CreditGrains.Domain.Names;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Search by beginning of a code or parts of a name. Parts that few names hold together come from the index of names; those that many
/// hold from a walk over the subjects in order, which then soon has its page full. Names are compared here, folded: the index only says
/// which have the same pairs of characters. No search reads states.
/// </summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string SearchListing = "SELECT " + Columns + """
         FROM subject
        WHERE shard = ?1 AND subject >= ?2 AND subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        ORDER BY subject
        """;

    internal const string CountNames = "SELECT count(*) FROM (SELECT 1 FROM subject_name WHERE subject_name MATCH ? LIMIT ?)";

    internal const string SearchName = "SELECT " + Columns + """
         FROM subject
        WHERE id IN (SELECT rowid FROM subject_name WHERE subject_name MATCH ?1)
            AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        """;

    internal const string SearchUnindexed = "SELECT " + Columns + """
         FROM subject
        WHERE id > ?1 AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        """;

    /// <summary>Up to so many names are fetched and sorted; above it the walk finds its page sooner.</summary>
    private const int FewNamesMax = 2_000;

    /// <summary>With more names not indexed yet, as after a migration, the walk finds its page sooner.</summary>
    private const int UnindexedMax = 65_536;

    private const int LimitMax = 200;
    private const int SubjectColumn = 0;
    private const int NameColumn = 4;

    /// <summary>Comes after every subject.</summary>
    private const string End = "\U0010FFFF";

    private static readonly Comparer<string> FarthestFirst =
        Comparer<string>.Create(static (one, other) => string.CompareOrdinal(other, one));

    public Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LimitMax, nameof(query));
        var terms = query.ReadTerms();
        return readers.ScanAsync<IReadOnlyList<StoredSubject>>(
            connection => connection.Snapshot(snapshot => Search(snapshot, query, terms, cancellation)), cancellation);
    }

    private List<StoredSubject> Search(
        Connection connection, SubjectQuery query, SearchTerms? terms, CancellationToken cancellation)
    {
        // The next string after a given one is that one with a zero character.
        var from = query.After is { } after ? after.Value + '\0' : string.Empty;
        if (query.Text is not { } text || terms is null)
            return Walk(connection, query, from, End, null, cancellation);

        var codesFrom = string.CompareOrdinal(from, text) > 0 ? from : text;
        var byCode = Walk(connection, query, codesFrom, text + End, null, cancellation);
        var byName = SearchNames(connection, query, from, terms, cancellation);
        return byCode.Count == 0 ? byName : Merge(byCode, byName, query.Limit);
    }

    private List<StoredSubject> SearchNames(
        Connection connection, SubjectQuery query, string from, SearchTerms terms, CancellationToken cancellation)
    {
        var indexed = NameIndex.Indexed(connection);
        if (NameIndex.Newest(connection) - indexed > UnindexedMax)
            return Walk(connection, query, from, End, terms, cancellation);
        var pairs = NameGrams.QueryOf(terms);
        var count = connection.Prepare(CountNames).Bind(pairs).Bind(FewNamesMax + 1);
        count.Read();
        var few = count.Long(0) <= FewNamesMax;
        count.Reset();
        if (!few)
            return Walk(connection, query, from, End, terms, cancellation);
        var page = new PriorityQueue<StoredSubject, string>(FarthestFirst);
        Collect(Filtered(connection.Prepare(SearchName).Bind(pairs), query, from, End), query.Limit, terms, page, cancellation);
        Collect(Filtered(connection.Prepare(SearchUnindexed).Bind(indexed), query, from, End), query.Limit, terms, page, cancellation);
        return [.. page.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Subject.Value, StringComparer.Ordinal)];
    }

    /// <summary>Goes through the shards, each in subject order and only as far as it can still add to the page.</summary>
    private List<StoredSubject> Walk(
        Connection connection, SubjectQuery query, string from, string to, SearchTerms? terms, CancellationToken cancellation)
    {
        var page = new List<StoredSubject>();
        for (var shard = 0; shard < shardCount; shard++)
        {
            var end = page.Count == query.Limit ? page[^1].Subject.Value : to;
            var row = Filtered(connection.Prepare(SearchListing).Bind(shard), query, from, end);
            page = Merge(page, FirstRows(row, query.Limit, terms, cancellation), query.Limit);
        }

        return page;
    }

    private static List<StoredSubject> Merge(List<StoredSubject> one, List<StoredSubject> other, int limit) => other.Count == 0
        ? one
        : one.Concat(other).DistinctBy(row => row.Subject).OrderBy(row => row.Subject.Value, StringComparer.Ordinal).Take(limit).ToList();

    private static Statement Filtered(Statement statement, SubjectQuery query, string from, string to) =>
        statement.Bind(from).Bind(to).Bind(query.Grade).Bind(query.Region);

    /// <summary>Rows in the order in which they come, until there are enough.</summary>
    private List<StoredSubject> FirstRows(Statement row, int limit, SearchTerms? terms, CancellationToken cancellation)
    {
        var rows = new List<StoredSubject>();
        try
        {
            while (rows.Count < limit && row.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                if (terms is null || terms.AreIn(row.TextOrNull(NameColumn)))
                    rows.Add(RowOf(row, withState: false));
            }
        }
        finally
        {
            row.Reset();
        }

        return rows;
    }

    /// <summary>Of rows that come in any order, the first so many by subject.</summary>
    private void Collect(
        Statement row, int limit, SearchTerms terms, PriorityQueue<StoredSubject, string> page, CancellationToken cancellation)
    {
        try
        {
            while (row.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                var subject = row.Text(SubjectColumn);
                if (page.Count == limit && string.CompareOrdinal(subject, page.Peek().Subject.Value) > 0)
                    continue;
                if (!terms.AreIn(row.TextOrNull(NameColumn)))
                    continue;
                page.Enqueue(RowOf(row, withState: false), subject);
                if (page.Count > limit)
                    page.Dequeue();
            }
        }
        finally
        {
            row.Reset();
        }
    }
}
