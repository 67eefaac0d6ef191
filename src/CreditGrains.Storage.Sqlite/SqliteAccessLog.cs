using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9), a row for each append: its row holds the SHA-256 of the hash before it, its numbers and its entries. The end of
/// the chain is kept apart, so that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed. Keys by subject
/// are written later, very many at a time, in their order and in small transactions: a key each would cost more than the check it tells
/// of. A read looks at the keys and at the entries that have none yet.
/// </summary>
internal sealed class SqliteAccessLog : IAccessLog, IDisposable
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM access_head WHERE only = 1";
    internal const string WriteHead = "UPDATE access_head SET number = ?, hash = ? WHERE only = 1";
    internal const string WriteKeyed = "UPDATE access_head SET keyed = ? WHERE only = 1";
    internal const string InsertBlock = "INSERT INTO access_log (first, last, entries, hash) VALUES (?, ?, ?, ?)";
    internal const string SelectAfter = "SELECT first, entries FROM access_log WHERE first > ? ORDER BY first";
    internal const string SelectHolding = "SELECT first, entries FROM access_log WHERE first <= ? ORDER BY first DESC LIMIT 1";
    internal const string SelectNumbers = "SELECT number FROM access_key WHERE key = ? AND number < ? ORDER BY number DESC";
    internal const string SelectAll = "SELECT first, last, entries, hash FROM access_log ORDER BY first";

    // Some may be there from an earlier try whose end was not reached.
    internal const string InsertKey = "INSERT OR IGNORE INTO access_key (key, number) VALUES (?, ?)";

    /// <summary>Keys in one transaction: everything else that writes waits for it.</summary>
    private const int SliceLength = 4_096;

    /// <summary>Between two slices, so that they do not take a processor from the checks for long.</summary>
    private static readonly TimeSpan SlicePause = TimeSpan.FromMilliseconds(20);

    private readonly Writer _writer;
    private readonly Readers _readers;
    private readonly DeferredWork _keys;
    private readonly int _unkeyedMax;

    /// <param name="writer">Where entries are written.</param>
    /// <param name="readers">Where they are read.</param>
    /// <param name="unkeyedMax">Entries that gather before their keys are written; four times as many make appends wait.</param>
    public SqliteAccessLog(Writer writer, Readers readers, int unkeyedMax)
    {
        _writer = writer;
        _readers = readers;
        _unkeyedMax = unkeyedMax;
        _keys = new DeferredWork(WriteKeysAsync);
    }

    public async Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        var unkeyed = await _writer
            .RunAsync(WriteLane.Other, connection => Append(connection, entries), cancellation).ConfigureAwait(false);
        if (unkeyed >= _unkeyedMax)
            _keys.Start();
        if (unkeyed >= 4L * _unkeyedMax)
            await _keys.RunAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Writes the keys of all entries there are now.</summary>
    public Task IndexAsync() => _keys.RunAsync();

    public Task CloseAsync() => _keys.CloseAsync();

    public void Dispose() => _keys.Dispose();

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        _readers.ScanAsync<IReadOnlyList<AccessEntry>>(
            connection => connection.Snapshot(snapshot => Read(snapshot, subject, before ?? long.MaxValue, limit)), cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => _readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    /// <summary>Returns how many entries have no key yet.</summary>
    private static long Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash, keyed) = Head(connection);
        var (first, last) = (number + 1, number + entries.Count);
        var block = AccessBlock.Write(entries);
        hash = AccessBlock.HashOf(hash, first, last, block);
        connection.Prepare(InsertBlock).Bind(first).Bind(last).BindBlob(block).BindBlob(hash).Execute();
        connection.Prepare(WriteHead).Bind(last).BindBlob(hash).Execute();
        return last - keyed;
    }

    /// <summary>Writes the keys of the entries after the mark; the mark moves with the last of them.</summary>
    private async Task WriteKeysAsync(CancellationToken closing)
    {
        var keys = await _readers.ScanAsync(connection => connection.Snapshot(Unkeyed), closing).ConfigureAwait(false);
        if (keys.Count == 0)
            return;
        var last = keys[^1].Number;
        keys.Sort();
        for (var from = 0; from < keys.Count; from += SliceLength)
        {
            var slice = keys.GetRange(from, Math.Min(SliceLength, keys.Count - from));
            var keyed = from + SliceLength >= keys.Count ? last : 0;
            await _writer.RunAsync(WriteLane.Other, connection => WriteKeys(connection, slice, keyed), closing).ConfigureAwait(false);
            if (keyed == 0)
                await Task.Delay(SlicePause, closing).ConfigureAwait(false);
        }
    }

    private static List<(long Key, long Number)> Unkeyed(Connection connection) =>
        [.. Blocks(connection, Head(connection).Keyed).SelectMany(block => block)
            .Select(entry => (JournalKeys.KeyOf(entry.Subject), entry.Number))];

    private static bool WriteKeys(Connection connection, List<(long Key, long Number)> slice, long keyed)
    {
        foreach (var (key, number) in slice)
            connection.Prepare(InsertKey).Bind(key).Bind(number).Execute();
        if (keyed > 0)
            connection.Prepare(WriteKeyed).Bind(keyed).Execute();
        return true;
    }

    private static List<AccessEntry> Read(Connection connection, SubjectId subject, long before, int limit)
    {
        var keyed = Head(connection).Keyed;
        var entries = Blocks(connection, keyed).SelectMany(block => block)
            .Where(entry => entry.Subject == subject && entry.Number < before).Reverse().Take(limit).ToList();
        var numbers = new List<long>();
        var row = connection.Prepare(SelectNumbers).Bind(JournalKeys.KeyOf(subject)).Bind(Math.Min(before, keyed + 1));
        while (numbers.Count < limit - entries.Count && row.Read())
            numbers.Add(row.Long(0));
        row.Reset();
        List<AccessEntry> block = [];
        foreach (var number in numbers)
        {
            if (block.Count == 0 || number < block[0].Number || number > block[^1].Number)
                block = Holding(connection, number);
            // Another subject may share the key.
            if (block.Find(entry => entry.Number == number) is { } found && found.Subject == subject)
                entries.Add(found);
        }

        return entries;
    }

    private static List<AccessEntry> Holding(Connection connection, long number)
    {
        var row = connection.Prepare(SelectHolding).Bind(number);
        var block = row.Read() ? AccessBlock.Read(row.Long(0), row.BlobInPlace(1)) : [];
        row.Reset();
        return block;
    }

    private static List<List<AccessEntry>> Blocks(Connection connection, long after)
    {
        var blocks = new List<List<AccessEntry>>();
        var row = connection.Prepare(SelectAfter).Bind(after);
        while (row.Read())
            blocks.Add(AccessBlock.Read(row.Long(0), row.BlobInPlace(1)));
        return blocks;
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
            hash = AccessBlock.HashOf(hash, first, last, row.BlobInPlace(2));
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
}
