using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// The access log: one row for each append, whose hash covers its bytes and the hash before it. Which entries are about whom is written a
/// long run at a time (<see cref="AccessLogPages"/>); what is not in a run yet is looked for in the entries. An append is one round trip on
/// the thread that calls: what goes on in the pool a hundred times a second holds up checks.
/// </summary>
/// <param name="runLength">Entries that gather before they become a run.</param>
internal sealed class PostgresAccessLog(PostgresDatabase database, ShardLeases leases, int runLength) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM credit.access_head WHERE single = 1";
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

    internal const string SelectBlocks = """
        SELECT first, entries FROM credit.access_log
        WHERE first >= (SELECT coalesce(max(first), 0) FROM credit.access_log WHERE first <= $1) ORDER BY first LIMIT $2
        """;

    internal const string SelectHash = "SELECT last, hash FROM credit.access_log WHERE first <= $1 ORDER BY first DESC LIMIT 1";

    internal const string SelectChain =
        "SELECT first, last, entries, hash FROM credit.access_log WHERE first > $1 ORDER BY first LIMIT 1000";

    internal const string InsertPages = """
        INSERT INTO credit.access_page (page, first, keys) SELECT p.page, $2, p.keys FROM unnest($1, $3) AS p (page, keys)
        ON CONFLICT DO NOTHING
        """;

    // The hash is AccessLogBlock.HashOf: made where the chain's end is, nobody else's append comes between.
    internal const string AppendBlock = """
        WITH head AS (
            UPDATE credit.access_head SET number = number + $1, keyed = greatest(keyed, $3),
                hash = sha256(hash || int8send(number + 1) || int8send(number + $1) || $2)
            WHERE single = 1 RETURNING number, hash, keyed)
        INSERT INTO credit.access_log (first, last, entries, hash, attempt) SELECT number - $1 + 1, number, $2, hash, $4 FROM head
        RETURNING last, (SELECT keyed FROM head)
        """;

    private readonly Lock _appending = new();
    private readonly AccessLogTail _tail = new();

    // Of what was appended here without anybody coming between, and is in no run.
    private readonly Queue<Keys> _gathered = new();
    private long _gatheredTo;
    private Run? _run;

    // Rows that a failed append may have written, or may yet write.
    private (byte[] Block, Guid Attempt)? _unsure;

    private readonly record struct Head(long Number, byte[] Hash, long Keyed);

    /// <summary>The keys of a row's entries.</summary>
    private readonly record struct Keys(long First, List<(long Key, long Number)> Entries);

    /// <summary>A run that is being written, some pages with each append: written in one go, it makes checks wait.</summary>
    /// <param name="After">The number before its first entry.</param>
    /// <param name="Last">That of its last.</param>
    /// <param name="Pages">Pages that are yet to be written.</param>
    private sealed record Run(long After, long Last, Queue<(int Page, byte[] Keys)> Pages);

    /// <summary>
    /// Appends on the thread that calls. It is not tried again when the server is lost: the caller does, with the same entries, and the
    /// name of the attempt, a key, lets only one of both come about.
    /// </summary>
    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (entries.Count == 0)
            return Task.CompletedTask;
        leases.RequireHeld();
        lock (_appending)
            Append(entries);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        LookAsync(connection => ReadAsync(connection, subject, before ?? long.MaxValue, limit, cancellation), cancellation);

    public Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation) =>
        LookAsync(connection => FindCheckAsync(connection, check, cancellation), cancellation);

    private async Task<T> LookAsync<T>(Func<NpgsqlConnection, Task<(bool IsCurrent, T Found)>> look, CancellationToken cancellation)
    {
        // Another look may drop from memory what this snapshot does not have in runs yet: a newer snapshot has.
        while (true)
        {
            var (isCurrent, found) = await database.SnapshotAsync(look, cancellation).ConfigureAwait(false);
            if (isCurrent)
                return found;
        }
    }

    private async Task<(bool IsCurrent, IReadOnlyList<AccessEntry> Found)> ReadAsync(
        NpgsqlConnection connection, SubjectId subject, long before, int limit, CancellationToken cancellation)
    {
        var head = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single();
        var key = ShardMap.KeyOf(subject);
        List<List<AccessEntry>> entries = [];
        List<long> numbers = [];
        if (head.Number - head.Keyed > AccessLogTail.EntriesMax)
            entries = await RowsAsync(connection, P.Command(SelectAfter, P.Long(head.Keyed)), About, cancellation).ConfigureAwait(false);
        else if (await UnkeyedAsync(connection, head, key, cancellation).ConfigureAwait(false) is { } held)
            numbers.AddRange(held.Where(number => number < before).TakeLast(limit));
        else
            return (false, []);

        numbers.AddRange(
            await NumbersAsync(connection, key, Math.Min(before, head.Keyed + 1), limit, cancellation).ConfigureAwait(false));
        if (numbers.Count > 0)
        {
            entries.AddRange(
                await RowsAsync(connection, P.Command(SelectHolding, P.Longs(numbers)), About, cancellation).ConfigureAwait(false));
        }

        return (true,
        [
            .. entries.SelectMany(about => about).Where(entry => entry.Number < before)
                .OrderByDescending(entry => entry.Number).Take(limit),
        ]);

        List<AccessEntry> About(NpgsqlDataReader row) => AccessLogBlock.ReadAbout(subject, row.GetInt64(0), row.Bytes(1));
    }

    /// <summary>
    /// Numbers of entries with a key that are in no run yet, smallest first; null when the snapshot is older than what is held of them.
    /// </summary>
    private async Task<List<long>?> UnkeyedAsync(NpgsqlConnection connection, Head head, long key, CancellationToken cancellation)
    {
        var added = _tail.Begin(head.Keyed);
        await RowsAsync(
            connection, P.Command(SelectAfter, P.Long(added)), row => _tail.Add(row.GetInt64(0), row.Bytes(1)), cancellation)
            .ConfigureAwait(false);
        return _tail.Find(head.Keyed, head.Number, key);
    }

    private async Task<(bool IsCurrent, AccessEntry? Found)> FindCheckAsync(
        NpgsqlConnection connection, string check, CancellationToken cancellation)
    {
        var head = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single();
        var key = AccessLogBlock.KeyOf(check);
        if (head.Number - head.Keyed > AccessLogTail.EntriesMax)
        {
            var rows = await RowsAsync(connection, P.Command(SelectAfter, P.Long(head.Keyed)), Sought, cancellation).ConfigureAwait(false);
            if (rows.Find(entry => entry is not null) is { } entry)
                return (true, entry);
        }
        else
        {
            if (await UnkeyedAsync(connection, head, key, cancellation).ConfigureAwait(false) is not { } held)
                return (false, null);
            if (await InAsync(held).ConfigureAwait(false) is { } entry)
                return (true, entry);
        }

        for (var before = head.Keyed + 1; ;)
        {
            var numbers = new List<long>();
            before = await PagesAsync(connection, key, before, numbers, cancellation).ConfigureAwait(false);
            if (before == 0)
                return (true, null);

            // Another check may share the key.
            if (await InAsync(numbers).ConfigureAwait(false) is { } entry)
                return (true, entry);
        }

        async Task<AccessEntry?> InAsync(List<long> numbers) => numbers.Count == 0
            ? null
            : (await RowsAsync(connection, P.Command(SelectHolding, P.Longs(numbers)), Sought, cancellation).ConfigureAwait(false))
                .Find(entry => entry is not null);

        AccessEntry? Sought(NpgsqlDataReader row) => AccessLogBlock.FindCheck(check, row.GetInt64(0), row.Bytes(1));
    }

    public async Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation) =>
        await database.SnapshotAsync(
            connection => RowsAsync(
                connection, P.Command(SelectBlocks, P.Long(number), P.Int(limit)),
                row => new AccessBlock(row.GetInt64(0), row.Bytes(1)), cancellation),
            cancellation).ConfigureAwait(false);

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
                    hash = AccessLogBlock.HashOf(hash, row.First, row.Last, row.Entries);
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

    public async Task<AccessLogHead> HeadAsync(CancellationToken cancellation) =>
        await database.PointAsync(
            () => P.Command(ReadHead), row => HeadOf(row) is var head ? new AccessLogHead(head.Number, head.Hash) : null, cancellation)
            .ConfigureAwait(false)
        ?? throw new StoreException("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);

    public Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation) => database.PointAsync(
        () => P.Command(SelectHash, P.Long(number)), row => row.GetInt64(0) == number ? row.Bytes(1) : null, cancellation);

    private void Append(IReadOnlyList<AccessEntry> entries)
    {
        var block = AccessLogBlock.Write(entries);
        var repeats = _unsure is { } before && block.AsSpan().SequenceEqual(before.Block);
        var attempt = repeats ? _unsure!.Value.Attempt : Guid.CreateVersion7();
        var statements = new List<NpgsqlBatchCommand>();

        // Without pages the second time: they may be what failed, locked by another node or impossible to write, and the entries must not
        // wait for them.
        var pages = repeats ? [] : PagesBeside(entries.Count);

        // Pages before the end of the chain, on every node: the other way round, one node holds the chain and waits for a page while
        // another holds the page and waits for the chain, a deadlock. A run is the same whichever node makes it, so pages that are there
        // already stay (Access_log_of_two_nodes_that_append_at_once_is_one_chain_and_read_whole).
        if (pages.Count > 0)
        {
            statements.Add(P.Command(
                InsertPages,
                P.Shorts(pages.Select(page => page.Page)), P.Long(_run!.After + 1), P.ManyBytes(pages.Select(page => page.Keys))));
        }

        if (PostgresFeedback.AddPending(entries) is { } pending)
            statements.Add(pending);
        var keyed = pages.Count > 0 && pages.Count == _run!.Pages.Count ? _run.Last : 0;
        statements.Add(P.Command(AppendBlock, P.Long(entries.Count), P.Bytes(block), P.Long(keyed), P.Id(attempt)));
        _unsure = (block, attempt);
        List<(long Last, long Keyed)> appended;
        try
        {
            appended = database.WriteAtOnce(statements, row => (row.GetInt64(0), row.GetInt64(1)));
        }
        catch (StoreException there) when (there.InnerException is PostgresException { ConstraintName: "access_log_attempt" })
        {
            // The attempt before was committed after all, and its name, a unique key, keeps this one out. With which pages is not known, so
            // the run is made again.
            (_unsure, _run) = (null, null);
            return;
        }

        _unsure = null;
        var (last, keyedTo) = appended is [var only] ? only : throw Missing();
        foreach (var _ in pages)
            _run!.Pages.Dequeue();
        if (_run?.After < keyedTo)
            _run = null;
        Gather(last - entries.Count + 1, last, block);
        if (_run is null && last - keyedTo >= runLength)
            StartRun(keyedTo);
    }

    /// <summary>The pages to write with so many entries: a run is done within half the entries that the next one takes.</summary>
    private List<(int Page, byte[] Keys)> PagesBeside(int entries) =>
        _run is null ? [] : [.. _run.Pages.Take((int)((long)entries * AccessLogPages.Count * 2 / runLength) + 1)];

    private void Gather(long first, long last, byte[] block)
    {
        if (first != _gatheredTo + 1)
            _gathered.Clear();
        var keys = new Keys(first, new List<(long Key, long Number)>((int)(last - first) + 1));
        AccessLogBlock.ReadKeys(first, block, keys.Entries);
        _gathered.Enqueue(keys);
        _gatheredTo = last;
    }

    /// <summary>Makes the run after a number of all rows that begin within its length; reads them where others have appended too.</summary>
    private void StartRun(long keyed)
    {
        var entries = new List<(long Key, long Number)>(runLength);
        while (_gathered.TryPeek(out var past) && past.First <= keyed)
            _gathered.Dequeue();
        if (_gathered.TryPeek(out var next) && next.First == keyed + 1)
        {
            while (_gathered.TryPeek(out next) && next.First <= keyed + runLength)
                entries.AddRange(_gathered.Dequeue().Entries);
        }
        else
        {
            _gathered.Clear();
            try
            {
                foreach (var (first, block) in database.ReadAtOnce(
                    P.Command(SelectUnkeyed, P.Long(keyed), P.Long(keyed + runLength)), row => (row.GetInt64(0), row.Bytes(1))))
                {
                    AccessLogBlock.ReadKeys(first, block, entries);
                }
            }
            catch (Exception failed)
                when (failed is StoreException or ArgumentException or IndexOutOfRangeException or InvalidDataException)
            {
                // The entries are written, and found without a run: the next append tries again. A row that was tampered with stays
                // without one, and VerifyAsync finds it.
                return;
            }
        }

        if (entries.Count > 0)
            _run = new Run(keyed, entries[^1].Number, new Queue<(int Page, byte[] Keys)>(AccessLogPages.Of(keyed + 1, entries)));
    }

    /// <summary>
    /// Numbers of entries about a subject, greatest first: a few more than asked for, since subjects may share a key.
    /// </summary>
    private static async Task<List<long>> NumbersAsync(
        NpgsqlConnection connection, long key, long before, int limit, CancellationToken cancellation)
    {
        var numbers = new List<long>();
        do
            before = await PagesAsync(connection, key, before, numbers, cancellation).ConfigureAwait(false);
        while (before > 0 && numbers.Count < limit + 16);
        return numbers.Count > limit + 16 ? numbers[..(limit + 16)] : numbers;
    }

    /// <summary>Adds the numbers that the next pages before a number have of a key.</summary>
    /// <returns>The first entry of the last page; 0 when there was none.</returns>
    private static async Task<long> PagesAsync(
        NpgsqlConnection connection, long key, long before, List<long> numbers, CancellationToken cancellation)
    {
        var pages = await RowsAsync(
            connection,
            P.Command(SelectPages, P.Short(AccessLogPages.PageOf(key)), P.Long(before)),
            row => (First: row.GetInt64(0), Keys: row.Bytes(1)),
            cancellation).ConfigureAwait(false);
        foreach (var (first, keys) in pages)
        {
            AccessLogPages.Find(first, keys, key, before, numbers);
            before = first;
        }

        return pages.Count == 0 ? 0 : before;
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
