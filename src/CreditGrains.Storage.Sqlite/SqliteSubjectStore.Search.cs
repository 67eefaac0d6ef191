using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Search by beginning of a code or part of a name. A part that few names hold comes from the index of names; one that many hold from a
/// walk over the subjects in order, which then soon has its page full. No search reads states.
/// </summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string SearchListing = "SELECT " + Columns + """
         FROM subject
        WHERE shard = ?1 AND subject >= ?2 AND subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
            AND (?6 IS NULL OR name LIKE ?6 ESCAPE '\')
        ORDER BY subject LIMIT ?7
        """;

    internal const string CountNames = "SELECT count(*) FROM (SELECT 1 FROM subject_name WHERE subject_name MATCH ? LIMIT ?)";

    internal const string SearchName = "SELECT " + Columns + """
         FROM subject
        WHERE id IN (SELECT rowid FROM subject_name WHERE subject_name MATCH ?1)
            AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
            AND name LIKE ?6 ESCAPE '\'
        ORDER BY +subject LIMIT ?7
        """;

    internal const string SearchUnindexed = "SELECT " + Columns + """
         FROM subject
        WHERE id > ?1 AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
            AND name LIKE ?6 ESCAPE '\'
        ORDER BY +subject LIMIT ?7
        """;

    /// <summary>Up to so many names are fetched and sorted; above it the walk finds its page sooner.</summary>
    private const int FewNamesMax = 2_000;

    private const int TextLengthMax = 200;
    private const int LimitMax = 200;

    /// <summary>Comes after every subject.</summary>
    private const string End = "\U0010FFFF";

    public Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LimitMax, nameof(query));
        if (query.Text is { Length: < 2 or > TextLengthMax })
            throw new ArgumentException($"A search text has 2 to {TextLengthMax} characters.", nameof(query));
        return readers.ScanAsync<IReadOnlyList<StoredSubject>>(
            connection => connection.Snapshot(snapshot => Search(snapshot, query, cancellation)), cancellation);
    }

    private List<StoredSubject> Search(Connection connection, SubjectQuery query, CancellationToken cancellation)
    {
        // The next string after a given one is that one with a zero character.
        var from = query.After is { } after ? after.Value + '\0' : string.Empty;
        if (query.Text is not { } text)
            return Walk(connection, query, from, End, null, cancellation);

        var codesFrom = string.CompareOrdinal(from, text) > 0 ? from : text;
        var byCode = Walk(connection, query, codesFrom, text + End, null, cancellation);
        var byName = SearchNames(connection, query, from, text, cancellation);
        return byCode.Count == 0 ? byName : Merge(byCode, byName, query.Limit);
    }

    private List<StoredSubject> SearchNames(
        Connection connection, SubjectQuery query, string from, string text, CancellationToken cancellation)
    {
        var grams = NameGrams.QueryOf(text);
        var pattern = "%" + text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_") + "%";

        // Two halves of one rare character make no pair.
        if (grams.Length == 0)
            return Walk(connection, query, from, End, pattern, cancellation);
        var count = connection.Prepare(CountNames).Bind(grams).Bind(FewNamesMax + 1);
        count.Read();
        var few = count.Long(0) <= FewNamesMax;
        count.Reset();
        if (!few)
            return Walk(connection, query, from, End, pattern, cancellation);
        var found = Rows(Filtered(connection.Prepare(SearchName).Bind(grams), query, from, End, pattern), cancellation);
        var unindexed = connection.Prepare(SearchUnindexed).Bind(NameIndex.Indexed(connection));
        return Merge(found, Rows(Filtered(unindexed, query, from, End, pattern), cancellation), query.Limit);
    }

    /// <summary>Goes through the shards, each in subject order and only as far as it can still add to the page.</summary>
    private List<StoredSubject> Walk(
        Connection connection, SubjectQuery query, string from, string to, string? pattern, CancellationToken cancellation)
    {
        var page = new List<StoredSubject>();
        for (var shard = 0; shard < shardCount; shard++)
        {
            var end = page.Count == query.Limit ? page[^1].Subject.Value : to;
            var row = Filtered(connection.Prepare(SearchListing).Bind(shard), query, from, end, pattern);
            page = Merge(page, Rows(row, cancellation), query.Limit);
        }

        return page;
    }

    private static List<StoredSubject> Merge(List<StoredSubject> one, List<StoredSubject> other, int limit) => other.Count == 0
        ? one
        : one.Concat(other).DistinctBy(row => row.Subject).OrderBy(row => row.Subject.Value, StringComparer.Ordinal).Take(limit).ToList();

    private static Statement Filtered(Statement statement, SubjectQuery query, string from, string to, string? pattern) =>
        statement.Bind(from).Bind(to).Bind(query.Grade).Bind(query.Region).Bind(pattern).Bind(query.Limit);

    private List<StoredSubject> Rows(Statement row, CancellationToken cancellation)
    {
        var rows = new List<StoredSubject>();
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(RowOf(row, withState: false));
        }

        return rows;
    }
}
