using CreditGrains.Domain.Names;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Search by beginning of a code or parts of a name, over the listing; by grade alone, over the blocks that have it. Each look gives
/// subjects in order up to some subject, of which those stay that fit in everything; looks go on until the page is full. No search reads
/// states.
/// </summary>
internal sealed partial class PostgresSubjectStore
{
    internal const string SearchListing = """
        SELECT subject FROM credit.listing
        WHERE subject > $1 AND ($2::text IS NULL OR (region >= $2 AND region < $2 || U&'\+10FFFF')) ORDER BY subject LIMIT $3
        """;

    internal const string SearchCodes = """
        SELECT subject FROM credit.listing
        WHERE subject > $1 AND subject >= $4 AND subject < $4 || U&'\+10FFFF'
            AND ($2::text IS NULL OR (region >= $2 AND region < $2 || U&'\+10FFFF'))
        ORDER BY subject LIMIT $3
        """;

    internal const string SearchNames = """
        SELECT subject FROM credit.listing
        WHERE subject > $1 AND runs @> $4 AND ($2::text IS NULL OR (region >= $2 AND region < $2 || U&'\+10FFFF'))
        ORDER BY subject LIMIT $3
        """;

    internal const string SearchUnfolded = """
        SELECT subject, name FROM credit.listing
        WHERE subject > $1 AND runs IS NULL AND ($2::text IS NULL OR (region >= $2 AND region < $2 || U&'\+10FFFF'))
        ORDER BY subject LIMIT $3
        """;

    internal const string SearchGrades = """
        SELECT h.shard, h.body
        FROM generate_series(0, $1 - 1) AS s(shard)
        CROSS JOIN LATERAL (
            SELECT g.shard, g.body FROM credit.sheet AS g
            WHERE g.shard = s.shard AND g.grades & $3 <> 0 AND g.first >= coalesce(
                (SELECT f.first FROM credit.sheet AS f WHERE f.shard = s.shard AND f.first <= $2 ORDER BY f.first DESC LIMIT 1), '')
            ORDER BY g.first LIMIT $4) AS h
        """;

    private const int LimitMax = 200;

    /// <summary>Names that a migration has left to be folded are compared here, so many in one look.</summary>
    private const int UnfoldedOfLook = 5_000;

    /// <summary>Blocks of one shard in one look: the first may hold only subjects that are passed already.</summary>
    private const int BlocksOfLook = 2;

    /// <summary>Subjects that a look gives, of which some do not fit; none is in them beyond the last.</summary>
    /// <param name="Subjects">In order.</param>
    /// <param name="Through">Everything up to here has been looked at; null for everything there is.</param>
    private readonly record struct Look(List<SubjectId> Subjects, string? Through);

    public async Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LimitMax, nameof(query));
        var terms = query.ReadTerms();
        var found = new List<StoredSubject>();
        for (var after = query.After?.Value ?? string.Empty; ;)
        {
            var look = query is { Grade: not null, Text: null }
                ? await LookAtGradesAsync(query.Grade, after, cancellation).ConfigureAwait(false)
                : await LookAtListingAsync(query, terms, after, cancellation).ConfigureAwait(false);
            var rows = await RowsAsync(FindListed, look.Subjects, cancellation).ConfigureAwait(false);
            var bySubject = rows.ToDictionary(row => row.Subject);
            foreach (var subject in look.Subjects)
            {
                if (bySubject.TryGetValue(subject, out var row) && Fits(row, query, terms))
                    found.Add(row);
                if (found.Count == query.Limit)
                    return found;
            }

            if (look.Through is null)
                return found;
            after = look.Through;
        }
    }

    private static bool Fits(StoredSubject row, SubjectQuery query, SearchTerms? terms) =>
        (query.Grade is null || row.Grade == query.Grade)
        && (query.Region is null || row.Description?.Region?.StartsWith(query.Region, StringComparison.Ordinal) == true)
        && (query.Text is not { } text || terms is null
            || row.Subject.Value.StartsWith(text, StringComparison.Ordinal) || terms.AreIn(row.Description?.Name));

    private async Task<Look> LookAtListingAsync(SubjectQuery query, SearchTerms? terms, string after, CancellationToken cancellation)
    {
        // More than asked for, since some may not fit: a look costs more than a row.
        var limit = query is { Grade: null, Text: null } ? query.Limit : LimitMax * 2;
        if (query.Text is not { } text || terms is null)
            return await AskAsync(SearchListing, query, after, limit, null, cancellation).ConfigureAwait(false);

        // Before the names: a name that is folded between the two looks is found twice rather than not at all.
        List<Look> looks = names.IsComplete ? [] : [await LookAtUnfoldedAsync(query, terms, after, cancellation).ConfigureAwait(false)];
        if (!text.Any(char.IsWhiteSpace))
            looks.Add(await AskAsync(SearchCodes, query, after, limit, P.Text(text), cancellation).ConfigureAwait(false));
        var runs = P.Ints(NameGrams.OfQuery(terms));
        looks.Add(await AskAsync(SearchNames, query, after, limit, runs, cancellation).ConfigureAwait(false));
        var through = looks.Select(look => look.Through).Aggregate(Earlier);
        var all = looks.SelectMany(look => look.Subjects).Distinct()
            .Where(subject => through is null || Order(subject.Value, through) <= 0)
            .OrderBy(subject => subject.Value, Comparer<string>.Create(Order));
        return new Look([.. all], through);
    }

    private async Task<Look> LookAtUnfoldedAsync(
        SubjectQuery query, SearchTerms terms, string after, CancellationToken cancellation)
    {
        var rows = await ListAsync(
            SearchUnfolded, query, after, UnfoldedOfLook, null, row => (Subject: row.Text(0), Name: row.TextOrNull(1)), cancellation)
            .ConfigureAwait(false);
        return new Look(
            [.. rows.Where(row => terms.AreIn(row.Name)).Select(row => new SubjectId(row.Subject))],
            rows.Count < UnfoldedOfLook ? null : rows[^1].Subject);
    }

    private async Task<Look> AskAsync(
        string sql, SubjectQuery query, string after, int limit, NpgsqlParameter? what, CancellationToken cancellation)
    {
        var subjects = await ListAsync(sql, query, after, limit, what, row => new SubjectId(row.Text(0)), cancellation)
            .ConfigureAwait(false);
        return new Look(subjects, subjects.Count < limit ? null : subjects[^1].Value);
    }

    private Task<List<T>> ListAsync<T>(
        string sql, SubjectQuery query, string after, int limit, NpgsqlParameter? what, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation) => database.QueryAsync(
        PostgresDatabase.PrepareSearch,
        () =>
        {
            var command = P.Command(sql, P.Text(after), P.Text(query.Region), P.Int(limit));
            if (what is not null)
                command.Parameters.Add(what.Clone());
            return command;
        },
        read,
        cancellation);

    private async Task<Look> LookAtGradesAsync(string grade, string after, CancellationToken cancellation)
    {
        var symbol = symbols.Find(grade);
        if (symbol < 0)
            return new Look([], null);
        var blocks = await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(
                SearchGrades, P.Int(shardCount), P.Text(after), P.Long(AssessmentBlock.BitOf(symbol)), P.Int(BlocksOfLook)),
            row => (Shard: row.GetInt16(0), Entries: AssessmentBlock.Read(row.Bytes(1))),
            cancellation).ConfigureAwait(false);

        // A shard whose share of the look is full may hold more behind it.
        string? through = null;
        foreach (var shard in blocks.GroupBy(block => block.Shard))
        {
            if (shard.Count() == BlocksOfLook)
                through = Earlier(through, StoredText.Out(shard.Last().Entries[^1].Subject));
        }

        var subjects = blocks.SelectMany(block => block.Entries).Where(entry => entry.Grade == symbol)
            .Select(entry => StoredText.Out(entry.Subject))
            .Where(subject => Order(subject, after) > 0 && (through is null || Order(subject, through) <= 0))
            .Order(Comparer<string>.Create(Order)).Select(subject => new SubjectId(subject));
        return new Look([.. subjects], through);
    }

    private static string? Earlier(string? one, string? other) =>
        one is null || (other is not null && Order(other, one) < 0) ? other : one;

    /// <summary>The order of the database: by bytes.</summary>
    private static int Order(string one, string other) => KeyOf(one).AsSpan().SequenceCompareTo(KeyOf(other));
}
