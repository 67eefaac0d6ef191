using CreditGrains.Domain.Names;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Search by beginning of a code or parts of a name. Parts that few names hold together come from the index of names; those that many
/// hold from a walk over the subjects in order, which then soon has its page full. Names are compared here, folded: the index only says
/// which have the same runs of characters. No search reads states.
/// </summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string SearchListing = "SELECT " + Columns + """
         FROM subject
        WHERE shard = ?1 AND subject >= ?2 AND subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        ORDER BY subject
        """;

    internal const string MatchNames = "SELECT rowid FROM subject_name WHERE subject_name MATCH ? LIMIT ?";

    internal const string SearchIndexed = "SELECT " + Columns + """
         FROM subject
        WHERE id = ?1 AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        """;

    internal const string SearchUnindexed = "SELECT " + Columns + """
         FROM subject
        WHERE id > ?1 AND +subject >= ?2 AND +subject < ?3
            AND (?4 IS NULL OR grade = ?4) AND (?5 IS NULL OR (region >= ?5 AND region < ?5 || char(1114111)))
        """;

    /// <summary>
    /// Names that one part alone brings up: to read them all costs less than to look for the other parts in the index, which passes over
    /// all names that hold any of them.
    /// </summary>
    private const int RareNamesMax = 128;

    /// <summary>Names of a part before the next one is looked for too: to begin a look costs as much as dozens of its names.</summary>
    private const int NamesBeforeNext = 32;

    /// <summary>Parts, longest first, of which one may be rare: each has a statement of its own, since all are read in turn.</summary>
    private static readonly string[] MatchParts = [.. Enumerable.Range(0, 4).Select(part => $"{MatchNames} -- part {part}")];

    /// <summary>
    /// Up to such a share of all names are fetched, in the order in which they lie in the file, and sorted; above it the walk, which reads
    /// here and there, finds its page sooner.
    /// </summary>
    private const int FewNamesShare = 100;

    private const int FewNamesMin = 2_000;
    private const int FewNamesMax = 20_000;

    /// <summary>With more names not indexed yet, as after a migration, the walk finds its page sooner.</summary>
    private const int UnindexedMax = 65_536;

    /// <summary>With more names not indexed yet, a search is too long for the caller's thread.</summary>
    private const int UnindexedOfCallerMax = 64;

    private const int LimitMax = 200;
    private const int SubjectColumn = 0;
    private const int NameColumn = 4;

    /// <summary>Comes after every subject.</summary>
    private const string End = "\U0010FFFF";

    private static readonly Comparer<string> FarthestFirst =
        Comparer<string>.Create(static (one, other) => string.CompareOrdinal(other, one));

    public async Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LimitMax, nameof(query));
        var terms = query.ReadTerms();

        // The usual search, for parts of one organisation's name: the way to another thread takes longer than the search itself.
        if (terms is not null && !MayBeCode(query)
            && await readers.PointAsync(
                connection => connection.Snapshot(snapshot => FindRare(snapshot, query, terms, cancellation)), cancellation)
                .ConfigureAwait(false) is { } found)
            return found;
        return await readers.ScanAsync(
            connection => connection.Snapshot(snapshot => Search(snapshot, query, terms, cancellation)), cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>The next string after a given one is that one with a zero character.</summary>
    private static string From(SubjectQuery query) => query.After is { } after ? after.Value + '\0' : string.Empty;

    private static bool MayBeCode(SubjectQuery query) => query.Text?.Any(char.IsWhiteSpace) == false;

    /// <summary>Null when many names hold the parts, or many are still to be indexed.</summary>
    private List<StoredSubject>? FindRare(
        Connection connection, SubjectQuery query, SearchTerms terms, CancellationToken cancellation)
    {
        var indexed = NameIndex.Indexed(connection);
        return NameIndex.Newest(connection) - indexed <= UnindexedOfCallerMax
            && (RareNames(connection, terms) ?? NamesOf(connection, NameGrams.QueryOf(terms), RareNamesMax)) is { } ids
            ? Read(connection, query, From(query), terms, ids, indexed, cancellation) : null;
    }

    private List<StoredSubject> Search(
        Connection connection, SubjectQuery query, SearchTerms? terms, CancellationToken cancellation)
    {
        var from = From(query);
        if (query.Text is not { } text || terms is null)
            return Walk(connection, query, from, End, null, cancellation);

        var codesFrom = string.CompareOrdinal(from, text) > 0 ? from : text;
        var byCode = MayBeCode(query) ? Walk(connection, query, codesFrom, text + End, null, cancellation) : [];
        var byName = SearchNames(connection, query, from, terms, cancellation);
        return byCode.Count == 0 ? byName : Merge(byCode, byName, query.Limit);
    }

    private List<StoredSubject> SearchNames(
        Connection connection, SubjectQuery query, string from, SearchTerms terms, CancellationToken cancellation)
    {
        var indexed = NameIndex.Indexed(connection);
        var newest = NameIndex.Newest(connection);
        if (newest - indexed > UnindexedMax)
            return Walk(connection, query, from, End, terms, cancellation);
        var few = (int)Math.Clamp(newest / FewNamesShare, FewNamesMin, FewNamesMax);
        return NamesOf(connection, NameGrams.QueryOf(terms), few) is { } ids
            ? Read(connection, query, from, terms, ids, indexed, cancellation)
            : Walk(connection, query, from, End, terms, cancellation);
    }

    /// <summary>Of the names that the index gives and those not in it yet, the rows of the first that hold all parts.</summary>
    private List<StoredSubject> Read(
        Connection connection, SubjectQuery query, string from, SearchTerms terms, List<long> ids, long indexed,
        CancellationToken cancellation)
    {
        var page = new PriorityQueue<StoredSubject, string>(FarthestFirst);
        var indexedRow = Filtered(connection.Prepare(SearchIndexed).Bind(0L), query, from, End);
        foreach (var id in ids)
        {
            // The other bindings stay: to bind them again for each name costs as much as to read the row.
            indexedRow.Reset();
            Collect(indexedRow.Bind(id), query.Limit, terms, page, cancellation);
        }

        indexedRow.Reset();
        Collect(Filtered(connection.Prepare(SearchUnindexed).Bind(indexed), query, from, End), query.Limit, terms, page, cancellation);
        return [.. page.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Subject.Value, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Names that hold a rare part; null when many hold each. The longest is read first, the others in turn with it, a name at a time, so
    /// that those that many names hold cost no more than the rarest does.
    /// </summary>
    private static List<long>? RareNames(Connection connection, SearchTerms terms)
    {
        var matches = NameGrams.QueriesOf(terms).Take(MatchParts.Length).ToList();
        var parts = new List<(Statement Row, List<long> Ids)>(matches.Count);
        try
        {
            for (var step = 0; parts.Count < matches.Count || parts[^1].Ids.Count <= RareNamesMax; step++)
            {
                if (parts.Count < matches.Count && step == parts.Count * NamesBeforeNext)
                    parts.Add((connection.Prepare(MatchParts[parts.Count]).Bind(matches[parts.Count]).Bind(RareNamesMax + 1), []));
                foreach (var (row, ids) in parts)
                {
                    if (ids.Count > RareNamesMax)
                        continue;
                    if (!row.Read())
                        return ids;
                    ids.Add(row.Long(0));
                }
            }

            return null;
        }
        finally
        {
            foreach (var (row, _) in parts)
                row.Reset();
        }
    }

    /// <summary>Subjects whose names have the words, before anything of them is read; null when they are more than so many.</summary>
    private static List<long>? NamesOf(Connection connection, string match, int namesMax)
    {
        var ids = new List<long>();
        var row = connection.Prepare(MatchNames).Bind(match).Bind(namesMax + 1);
        while (row.Read())
            ids.Add(row.Long(0));
        return ids.Count <= namesMax ? ids : null;
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
