using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Search by beginning of a code or part of a name. A part that few names hold comes from the three-character index; one that many hold, or
/// of two characters, from a walk over the listing index in subject order, which then soon has its page full. No search reads states.
/// </summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string SearchCode = "SELECT " + Columns + """
         FROM subject INDEXED BY subject_listing
        WHERE subject > ?1 AND subject >= ?5 AND subject < ?6 AND (?2 IS NULL OR grade = ?2)
            AND (?3 IS NULL OR (region >= ?3 AND region < ?3 || char(1114111)))
        ORDER BY subject LIMIT ?4
        """;

    internal const string SearchListing = "SELECT " + Columns + """
         FROM subject INDEXED BY subject_listing
        WHERE subject > ?1 AND (?2 IS NULL OR grade = ?2) AND (?3 IS NULL OR (region >= ?3 AND region < ?3 || char(1114111)))
            AND (?5 IS NULL OR name LIKE ?5 ESCAPE '\')
        ORDER BY subject LIMIT ?4
        """;

    internal const string SearchGrade = "SELECT " + Columns + """
         FROM subject INDEXED BY subject_grade
        WHERE subject > ?1 AND grade = ?2 AND (?3 IS NULL OR (region >= ?3 AND region < ?3 || char(1114111)))
        ORDER BY subject LIMIT ?4
        """;

    internal const string CountNames = "SELECT count(*) FROM (SELECT 1 FROM subject_name WHERE subject_name MATCH ? LIMIT ?)";

    internal const string SearchName = "SELECT " + Columns + """
         FROM subject
        WHERE id IN (SELECT rowid FROM subject_name WHERE subject_name MATCH ?6)
            AND subject > ?1 AND (?2 IS NULL OR grade = ?2) AND (?3 IS NULL OR (region >= ?3 AND region < ?3 || char(1114111)))
            AND name LIKE ?5 ESCAPE '\'
        ORDER BY subject LIMIT ?4
        """;

    /// <summary>Up to so many names are fetched and sorted; above it the walk finds its page sooner.</summary>
    private const int FewNamesMax = 2_000;

    private const int TextLengthMax = 200;
    private const int LimitMax = 200;
    private const int GramsMax = 16;

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
        if (query.Text is not { } text)
        {
            return query.Grade is null
                ? Rows(Filtered(connection, SearchListing, query).Bind((string?)null), cancellation)
                : Rows(Filtered(connection, SearchGrade, query), cancellation);
        }

        var byCode = Rows(Filtered(connection, SearchCode, query).Bind(text).Bind(text + "\U0010FFFF"), cancellation);
        var byName = SearchNames(connection, query, text, cancellation);
        return byCode.Count == 0 ? byName : byCode.Concat(byName).DistinctBy(row => row.Subject)
            .OrderBy(row => row.Subject.Value, StringComparer.Ordinal).Take(query.Limit).ToList();
    }

    private List<StoredSubject> SearchNames(Connection connection, SubjectQuery query, string text, CancellationToken cancellation)
    {
        var pattern = "%" + text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_") + "%";
        if (GramsOf(text) is { } grams)
        {
            var count = connection.Prepare(CountNames).Bind(grams).Bind(FewNamesMax + 1);
            count.Read();
            var few = count.Long(0) <= FewNamesMax;
            count.Reset();
            if (few)
                return Rows(Filtered(connection, SearchName, query).Bind(pattern).Bind(grams), cancellation);
        }

        return Rows(Filtered(connection, SearchListing, query).Bind(pattern), cancellation);
    }

    private static Statement Filtered(Connection connection, string sql, SubjectQuery query) => connection.Prepare(sql)
        .Bind(query.After?.Value ?? string.Empty).Bind(query.Grade).Bind(query.Region).Bind(query.Limit);

    private List<StoredSubject> Rows(Statement row, CancellationToken cancellation)
    {
        var rows = new List<StoredSubject>();
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(RowOf(row, null));
        }

        return rows;
    }

    /// <summary>The text as a conjunction of its three-character pieces; null when it has none. Rows are compared with the text afterwards.</summary>
    private static string? GramsOf(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        if (runes.Length < 3 || text.Contains('\0', StringComparison.Ordinal))
            return null;
        var grams = new StringBuilder();
        for (var i = 0; i + 2 < runes.Length && i < GramsMax; i++)
        {
            var gram = string.Concat(runes[i], runes[i + 1], runes[i + 2]).Replace("\"", "\"\"");
            grams.Append(i == 0 ? "\"" : " AND \"").Append(gram).Append('"');
        }

        return grams.ToString();
    }
}
