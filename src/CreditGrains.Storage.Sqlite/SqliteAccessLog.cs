using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9), a row for each append: its row holds the SHA-256 of the hash before it, its numbers and its entries. The end of
/// the chain is kept apart, so that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed. Which entries are
/// about whom is written a long run at a time (<see cref="AccessLogPages"/>); what is not in a run yet is looked for in the entries.
/// </summary>
/// <param name="writer">Where entries are written.</param>
/// <param name="readers">Where they are read.</param>
/// <param name="runLength">Entries that gather before they become a run.</param>
internal sealed class SqliteAccessLog(Writer writer, Readers readers, int runLength) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM access_head WHERE only = 1";
    internal const string WriteHead = "UPDATE access_head SET number = ?, hash = ? WHERE only = 1";
    internal const string WriteKeyed = "UPDATE access_head SET keyed = ? WHERE only = 1";
    internal const string InsertBlock = "INSERT INTO access_log (first, last, entries, hash) VALUES (?, ?, ?, ?)";
    internal const string SelectAfter = "SELECT first, entries FROM access_log WHERE first > ? ORDER BY first";
    internal const string SelectHolding = "SELECT first, entries FROM access_log WHERE first <= ? ORDER BY first DESC LIMIT 1";
    internal const string SelectFrom = "SELECT first, entries FROM access_log WHERE first >= ? ORDER BY first LIMIT ?";
    internal const string SelectPages = "SELECT id, keys FROM access_page WHERE id >= ? AND id < ? ORDER BY id DESC";
    internal const string InsertPage = "INSERT OR REPLACE INTO access_page (id, keys) VALUES (?, ?)";
    internal const string SelectHash = "SELECT last, hash FROM access_log WHERE first <= ? ORDER BY first DESC LIMIT 1";
    internal const string SelectAll = "SELECT first, last, entries, hash FROM access_log ORDER BY first";

    /// <summary>An id is the page and, in these bits, the number of the run's first entry.</summary>
    private const int NumberBits = 48;

    /// <summary>The run whose pages are being written, a few with each append: all at once would hold up the checks.</summary>
    private Run? _run;

    private readonly AccessLogTail _tail = new();

    public async Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        var unkeyed = await writer.RunAsync(
            WriteLane.Other, connection => Append(connection, entries), () => _run = null, cancellation).ConfigureAwait(false);
        if (unkeyed < runLength || _run is not null)
            return;
        try
        {
            _run = await readers.ScanAsync(connection => connection.Snapshot(ReadRun), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failed)
            when (failed is StoreException or ArgumentException or IndexOutOfRangeException or InvalidDataException)
        {
            // The entries are written, and found without a run: the next append tries again. A row that was tampered with stays without
            // one, and VerifyAsync finds it; thrown from here, the fault would have the entries appended again.
        }
    }

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        LookAsync(snapshot => Read(snapshot, subject, before ?? long.MaxValue, limit), cancellation);

    public Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation) =>
        LookAsync(snapshot => FindCheck(snapshot, check), cancellation);

    private Task<T> LookAsync<T>(Func<Connection, (bool IsCurrent, T Found)> look, CancellationToken cancellation) => readers.ScanAsync(
        connection =>
        {
            // Another look may drop from memory what this snapshot does not have in runs yet: a newer snapshot has.
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (connection.Snapshot(look) is var (isCurrent, found) && isCurrent)
                    return found;
            }
        },
        cancellation);

    public Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<AccessBlock>>(
            connection =>
            {
                var row = connection.Prepare(SelectHolding).Bind(number);
                var first = row.Read() ? row.Long(0) : 0;
                row.Reset();
                var blocks = new List<AccessBlock>();
                row = connection.Prepare(SelectFrom).Bind(first).Bind(limit);
                while (row.Read())
                    blocks.Add(new AccessBlock(row.Long(0), row.Blob(1)));
                return blocks;
            },
            cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    public Task<AccessLogHead> HeadAsync(CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var (number, hash, _) = Head(connection);
            return new AccessLogHead(number, hash);
        },
        cancellation);

    public Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(SelectHash).Bind(number);
            if (!row.Read())
                return null;
            var hash = row.Long(0) == number ? row.Blob(1) : null;
            row.Reset();
            return hash;
        },
        cancellation);

    /// <returns>How many entries are in no run.</returns>
    private long Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash, keyed) = Head(connection);
        var (first, last) = (number + 1, number + entries.Count);
        var block = AccessLogBlock.Write(entries);
        hash = AccessLogBlock.HashOf(hash, first, last, block);
        connection.Prepare(InsertBlock).Bind(first).Bind(last).BindBlob(block).BindBlob(hash).Execute();
        connection.Prepare(WriteHead).Bind(last).BindBlob(hash).Execute();
        SqliteFeedback.AddPending(connection, entries);
        return last - WritePages(connection, keyed, entries.Count);
    }

    /// <summary>Writes the next pages of the run, so many that it ends within half the entries that the next one takes.</summary>
    /// <returns>Up to which number entries are in runs.</returns>
    private long WritePages(Connection connection, long keyed, int entries)
    {
        if (_run is not { } run)
            return keyed;
        if (run.First != keyed + 1)
        {
            _run = null;
            return keyed;
        }

        for (var left = (entries * AccessLogPages.Count * 2 / runLength) + 1; left > 0 && run.Pages.TryDequeue(out var page); left--)
            connection.Prepare(InsertPage).Bind(IdOf(page.Number, run.First)).BindBlob(page.Keys).Execute();
        if (run.Pages.Count > 0)
            return keyed;
        connection.Prepare(WriteKeyed).Bind(run.Last).Execute();
        _run = null;
        return run.Last;
    }

    /// <summary>
    /// The next run; always the same, so that one that was broken off is written again over what is there of it. Null when there are not
    /// enough entries for it after all: another append has written it meanwhile.
    /// </summary>
    private Run? ReadRun(Connection connection)
    {
        var keys = new List<(long Key, long Number)>(runLength);
        var row = connection.Prepare(SelectAfter).Bind(Head(connection).Keyed);
        while (Entries(keys) < runLength && row.Read())
            AccessLogBlock.ReadKeys(row.Long(0), row.BlobInPlace(1), keys);
        row.Reset();
        if (Entries(keys) < runLength)
            return null;
        return new Run(keys[0].Number, keys[^1].Number, new(AccessLogPages.Of(keys[0].Number, keys)));
    }

    /// <summary>Of how many entries keys are; one may have two.</summary>
    private static long Entries(List<(long Key, long Number)> keys) => keys.Count == 0 ? 0 : keys[^1].Number - keys[0].Number + 1;

    private static long IdOf(int page, long number) => ((long)page << NumberBits) | number;

    private (bool IsCurrent, IReadOnlyList<AccessEntry> Found) Read(Connection connection, SubjectId subject, long before, int limit)
    {
        var (last, _, keyed) = Head(connection);
        var key = ShardMap.KeyOf(subject);
        List<AccessEntry> entries = [];
        List<long> numbers = [];
        if (last - keyed > AccessLogTail.EntriesMax)
            entries = ReadUnkeyed(connection, subject, keyed, before, limit);
        else if (Unkeyed(connection, last, keyed, key) is { } held)
            numbers.AddRange(held.Where(number => number < before).TakeLast(limit).Reverse());
        else
            return (false, entries);

        before = Math.Min(before, keyed + 1);
        var row = connection.Prepare(SelectPages)
            .Bind(IdOf(AccessLogPages.PageOf(key), 0)).Bind(IdOf(AccessLogPages.PageOf(key), before));
        while (entries.Count + numbers.Count < limit && row.Read())
            AccessLogPages.Find(row.Long(0) & ((1L << NumberBits) - 1), row.BlobInPlace(1), key, before, numbers);
        row.Reset();

        List<AccessEntry> block = [];
        foreach (var number in numbers)
        {
            if (entries.Count == limit)
                break;
            if (block.Count == 0 || number < block[0].Number)
                block = Holding(connection, subject, number);

            // Another subject may share the key.
            if (block.Find(entry => entry.Number == number) is { } found)
                entries.Add(found);
        }

        return (true, entries);
    }

    private static List<AccessEntry> ReadUnkeyed(Connection connection, SubjectId subject, long keyed, long before, int limit)
    {
        var entries = new List<AccessEntry>();
        var row = connection.Prepare(SelectAfter).Bind(keyed);
        while (row.Read())
            entries.AddRange(AccessLogBlock.ReadAbout(subject, row.Long(0), row.BlobInPlace(1)));
        return [.. entries.Where(entry => entry.Number < before).TakeLast(limit).Reverse()];
    }

    /// <summary>
    /// Numbers of entries with a key that are in no run yet, smallest first; null when the snapshot is older than what is held of them.
    /// </summary>
    private List<long>? Unkeyed(Connection connection, long last, long keyed, long key)
    {
        var row = connection.Prepare(SelectAfter).Bind(_tail.Begin(keyed));
        while (row.Read())
        {
            if (!_tail.Add(row.Long(0), row.BlobInPlace(1)))
                break;
        }

        row.Reset();
        return _tail.Find(keyed, last, key);
    }

    private (bool IsCurrent, AccessEntry? Found) FindCheck(Connection connection, string check)
    {
        var (last, _, keyed) = Head(connection);
        var key = AccessLogBlock.KeyOf(check);
        if (last - keyed > AccessLogTail.EntriesMax)
            return (true, FindCheckAfter(connection, check, keyed) ?? FindCheckInRuns(connection, check, key, keyed));
        if (Unkeyed(connection, last, keyed, key) is not { } numbers)
            return (false, null);
        foreach (var number in numbers)
        {
            if (CheckIn(connection, check, number) is { } found)
                return (true, found);
        }

        return (true, FindCheckInRuns(connection, check, key, keyed));
    }

    private static AccessEntry? FindCheckAfter(Connection connection, string check, long number)
    {
        AccessEntry? found = null;
        var row = connection.Prepare(SelectAfter).Bind(number);
        while (found is null && row.Read())
            found = AccessLogBlock.FindCheck(check, row.Long(0), row.BlobInPlace(1));
        row.Reset();
        return found;
    }

    private static AccessEntry? FindCheckInRuns(Connection connection, string check, long key, long keyed)
    {
        var page = AccessLogPages.PageOf(key);
        var numbers = new List<long>();
        AccessEntry? found = null;
        var row = connection.Prepare(SelectPages).Bind(IdOf(page, 0)).Bind(IdOf(page, keyed + 1));
        while (found is null && row.Read())
        {
            numbers.Clear();
            AccessLogPages.Find(row.Long(0) & ((1L << NumberBits) - 1), row.BlobInPlace(1), key, keyed + 1, numbers);

            // Another check may share the key.
            for (var i = 0; i < numbers.Count && found is null; i++)
                found = CheckIn(connection, check, numbers[i]);
        }

        row.Reset();
        return found;
    }

    private static AccessEntry? CheckIn(Connection connection, string check, long number)
    {
        var row = connection.Prepare(SelectHolding).Bind(number);
        var found = row.Read() ? AccessLogBlock.FindCheck(check, row.Long(0), row.BlobInPlace(1)) : null;
        row.Reset();
        return found;
    }

    /// <summary>The entries about a subject in the block that holds a number.</summary>
    private static List<AccessEntry> Holding(Connection connection, SubjectId subject, long number)
    {
        var row = connection.Prepare(SelectHolding).Bind(number);
        var block = row.Read() ? AccessLogBlock.ReadAbout(subject, row.Long(0), row.BlobInPlace(1)) : [];
        row.Reset();
        return block;
    }

    private static long? FirstMisfit(Connection connection, CancellationToken cancellation)
    {
        var head = Head(connection);
        var number = 0L;
        var hash = new byte[SHA256.HashSizeInBytes];
        var row = connection.Prepare(SelectAll);
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var (first, last) = (row.Long(0), row.Long(1));
            hash = AccessLogBlock.HashOf(hash, first, last, row.BlobInPlace(2));
            if (first != number + 1 || !hash.AsSpan().SequenceEqual(row.BlobInPlace(3)))
            {
                row.Reset();
                return number + 1;
            }

            number = last;
        }

        if (number < head.Number)
            return number + 1;
        return number > head.Number || !hash.AsSpan().SequenceEqual(head.Hash) ? Math.Max(head.Number, 1) : null;
    }

    private static (long Number, byte[] Hash, long Keyed) Head(Connection connection)
    {
        var row = connection.Prepare(ReadHead);
        if (!row.Read())
            throw new StoreException("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);
        var head = (row.Long(0), row.Blob(1), row.Long(2));
        row.Reset();
        return head;
    }

    /// <param name="First">The number of its first entry.</param>
    /// <param name="Last">The number of its last.</param>
    /// <param name="Pages">Pages that are yet to be written.</param>
    private sealed record Run(long First, long Last, Queue<(int Number, byte[] Keys)> Pages);
}
