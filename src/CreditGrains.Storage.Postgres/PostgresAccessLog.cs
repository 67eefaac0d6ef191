using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// The access log: one row for each append, whose hash covers its bytes and the hash before it. Which entries are about whom is written a
/// long run at a time (<see cref="AccessPages"/>); what is not in a run yet is looked for in the entries.
/// </summary>
/// <param name="runLength">Entries that gather before they become a run.</param>
internal sealed class PostgresAccessLog(PostgresDatabase database, ShardLeases leases, int runLength) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM credit.access_head WHERE single = 1";
    internal const string LockHead = "SELECT number, hash, keyed FROM credit.access_head WHERE single = 1 FOR UPDATE";
    internal const string WriteHead = "UPDATE credit.access_head SET number = $1, hash = $2 WHERE single = 1";
    internal const string WriteKeyed = "UPDATE credit.access_head SET keyed = $1 WHERE single = 1 AND keyed < $1";
    internal const string InsertBlock = "INSERT INTO credit.access_log (first, last, entries, hash) VALUES ($1, $2, $3, $4)";
    internal const string SelectAfter = "SELECT first, entries FROM credit.access_log WHERE first > $1 ORDER BY first";

    internal const string SelectUnkeyed =
        "SELECT first, entries FROM credit.access_log WHERE first > $1 AND first <= $2 ORDER BY first";

    internal const string SelectPages =
        "SELECT first, keys FROM credit.access_page WHERE page = $1 AND first < $2 ORDER BY first DESC LIMIT 100";

    internal const string SelectHolding = """
        SELECT b.first, b.entries FROM (
            SELECT DISTINCT (SELECT a.first FROM credit.access_log AS a WHERE a.first <= n.number ORDER BY a.first DESC LIMIT 1) AS first
            FROM unnest($1) AS n (number)) AS h
        JOIN credit.access_log AS b ON b.first = h.first
        """;

    internal const string SelectChain =
        "SELECT first, last, entries, hash FROM credit.access_log WHERE first > $1 ORDER BY first LIMIT 1000";

    internal const string InsertPages = """
        INSERT INTO credit.access_page (page, first, keys) SELECT p.page, $2, p.keys FROM unnest($1, $3) AS p (page, keys)
        ON CONFLICT DO NOTHING
        """;

    // Of a run's 512, so that a run is written before the next has gathered, even in batches of 2,000 entries.
    private const int PagesAtOnce = 32;

    private Run? _run;

    private readonly record struct Head(long Number, byte[] Hash, long Keyed);

    /// <summary>A run that is being written, some pages after each append: written in one go, it makes checks wait.</summary>
    /// <param name="After">The number before its first entry.</param>
    /// <param name="Last">That of its last.</param>
    /// <param name="Pages">What is to be written yet.</param>
    private sealed record Run(long After, long Last, Queue<(int Page, byte[] Keys)> Pages);

    public async Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        leases.RequireHeld();
        var head = await database.WriteAsync(transaction => AppendAsync(transaction, entries), cancellation).ConfigureAwait(false);
        if (head.Number - head.Keyed < runLength)
            return;
        try
        {
            await GoOnWithRunAsync(head.Keyed).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The entries are written, and found without a run: the next append tries again, and its caller is told what is wrong.
        }
    }

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation)
    {
        return database.SnapshotAsync<IReadOnlyList<AccessEntry>>(
            async connection =>
            {
                var keyed = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single().Keyed;
                var bound = before ?? long.MaxValue;
                var entries = await RowsAsync(connection, P.Command(SelectAfter, P.Long(keyed)), About, cancellation).ConfigureAwait(false);
                var numbers = await NumbersAsync(connection, ShardMap.KeyOf(subject), Math.Min(bound, keyed + 1), limit, cancellation)
                    .ConfigureAwait(false);
                if (numbers.Count > 0)
                {
                    entries.AddRange(
                        await RowsAsync(connection, P.Command(SelectHolding, P.Longs(numbers)), About, cancellation).ConfigureAwait(false));
                }

                return
                [
                    .. entries.SelectMany(about => about).Where(entry => entry.Number < bound)
                        .OrderByDescending(entry => entry.Number).Take(limit),
                ];
            },
            cancellation);

        List<AccessEntry> About(NpgsqlDataReader row) => AccessBlock.ReadAbout(subject, row.GetInt64(0), row.Bytes(1));
    }

    public Task<long?> VerifyAsync(CancellationToken cancellation) => database.SnapshotAsync(
        async connection =>
        {
            var head = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single();
            var number = 0L;
            var begun = 0L;
            var hash = new byte[SHA256.HashSizeInBytes];
            while (true)
            {
                var rows = await RowsAsync(
                    connection,
                    P.Command(SelectChain, P.Long(begun)),
                    row => (First: row.GetInt64(0), Last: row.GetInt64(1), Entries: row.Bytes(2), Hash: row.Bytes(3)),
                    cancellation).ConfigureAwait(false);
                foreach (var row in rows)
                {
                    hash = AccessBlock.HashOf(hash, row.First, row.Last, row.Entries);
                    if (row.First != number + 1 || !hash.AsSpan().SequenceEqual(row.Hash))
                        return number + 1;
                    (number, begun) = (row.Last, row.First);
                }

                if (rows.Count == 0)
                    break;
            }

            if (number < head.Number)
                return number + 1;
            return number > head.Number || !hash.AsSpan().SequenceEqual(head.Hash) ? Math.Max(head.Number, 1) : (long?)null;
        },
        cancellation);

    private static async Task<Head> AppendAsync(PostgresTransaction transaction, IReadOnlyList<AccessEntry> entries)
    {
        var head = (await transaction.ReadAsync(P.Command(LockHead), HeadOf).ConfigureAwait(false)) is [var only] ? only : throw Missing();
        var (first, last) = (head.Number + 1, head.Number + entries.Count);
        var block = AccessBlock.Write(entries);
        var hash = AccessBlock.HashOf(head.Hash, first, last, block);
        await transaction.ExecuteAsync(
            P.Command(InsertBlock, P.Long(first), P.Long(last), P.Bytes(block), P.Bytes(hash)),
            P.Command(WriteHead, P.Long(last), P.Bytes(hash))).ConfigureAwait(false);
        return head with { Number = last };
    }

    /// <summary>
    /// Writes some pages of the run after a number, and with the last ones that it is written. The chain's end is not locked meanwhile, and
    /// nothing is sent with COPY, in the middle of which a process may hang with what it has locked: nobody's append waits. A run is the
    /// same whoever makes it, so after a crash, or beside another node, pages that are there already stay.
    /// </summary>
    private async Task GoOnWithRunAsync(long keyed)
    {
        var run = Interlocked.Exchange(ref _run, null);
        if (run?.After != keyed)
            run = await ReadRunAsync(keyed).ConfigureAwait(false);
        var pages = run.Pages.Take(PagesAtOnce).ToList();
        var isLast = pages.Count == run.Pages.Count;
        await database.WriteAsync(
            async transaction =>
            {
                var insert = P.Command(
                    InsertPages,
                    P.Shorts(pages.Select(page => page.Page)), P.Long(keyed + 1), P.ManyBytes(pages.Select(page => page.Keys)));
                await (isLast
                    ? transaction.ExecuteAsync(insert, P.Command(WriteKeyed, P.Long(run.Last)))
                    : transaction.ExecuteAsync(insert)).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
        if (isLast)
            return;
        foreach (var _ in pages)
            run.Pages.Dequeue();
        _run = run;
    }

    private async Task<Run> ReadRunAsync(long keyed)
    {
        var blocks = await database.QueryAsync(
            PostgresDatabase.PrepareRead,
            () => P.Command(SelectUnkeyed, P.Long(keyed), P.Long(keyed + runLength)),
            row => (First: row.GetInt64(0), Entries: row.Bytes(1)),
            CancellationToken.None).ConfigureAwait(false);
        return await YieldingThread.RunAsync(
            "access run",
            () =>
            {
                var entries = new List<(long Key, long Number)>(runLength);
                foreach (var (first, block) in blocks)
                    AccessBlock.ReadKeys(first, block, entries);
                return new Run(keyed, entries[^1].Number, new Queue<(int Page, byte[] Keys)>(AccessPages.Of(keyed + 1, entries)));
            }).ConfigureAwait(false);
    }

    /// <summary>
    /// Numbers of entries about a subject, greatest first: a few more than asked for, since subjects may share a key.
    /// </summary>
    private static async Task<List<long>> NumbersAsync(
        NpgsqlConnection connection, long key, long before, int limit, CancellationToken cancellation)
    {
        var numbers = new List<long>();
        List<(long First, byte[] Keys)> pages;
        do
        {
            pages = await RowsAsync(
                connection,
                P.Command(SelectPages, P.Short(AccessPages.PageOf(key)), P.Long(before)),
                row => (row.GetInt64(0), row.Bytes(1)),
                cancellation).ConfigureAwait(false);
            foreach (var (first, keys) in pages)
            {
                AccessPages.Find(first, keys, key, before, numbers);
                before = first;
            }
        }
        while (pages.Count > 0 && numbers.Count < limit + 16);
        return numbers.Count > limit + 16 ? numbers[..(limit + 16)] : numbers;
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(statement);
        await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await rows.TakeAsync(read, cancellation).ConfigureAwait(false);
    }

    private static Head HeadOf(NpgsqlDataReader row) => new(row.GetInt64(0), row.Bytes(1), row.GetInt64(2));

    private static StoreException Missing() =>
        new("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);
}
