using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9), a row for each append: its row holds the SHA-256 of the hash before it, its numbers and its entries. The end of
/// the chain is kept apart, so that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed. Which entries are
/// about whom is written a long run at a time (<see cref="AccessPages"/>); what is not in a run yet is looked for in the entries.
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
    internal const string SelectPages = "SELECT id, keys FROM access_page WHERE id >= ? AND id < ? ORDER BY id DESC";
    internal const string InsertPage = "INSERT INTO access_page (id, keys) VALUES (?, ?)";
    internal const string SelectAll = "SELECT first, last, entries, hash FROM access_log ORDER BY first";

    /// <summary>An id is the page and, in these bits, the number of the run's first entry.</summary>
    private const int NumberBits = 48;

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => entries.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(WriteLane.Other, connection => Append(connection, entries), cancellation);

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<AccessEntry>>(
            connection => connection.Snapshot(snapshot => Read(snapshot, subject, before ?? long.MaxValue, limit)), cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    private bool Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash, keyed) = Head(connection);
        var (first, last) = (number + 1, number + entries.Count);
        var block = AccessBlock.Write(entries);
        hash = AccessBlock.HashOf(hash, first, last, block);
        connection.Prepare(InsertBlock).Bind(first).Bind(last).BindBlob(block).BindBlob(hash).Execute();
        connection.Prepare(WriteHead).Bind(last).BindBlob(hash).Execute();
        if (last - keyed >= runLength)
            WriteRun(connection, keyed);
        return true;
    }

    private void WriteRun(Connection connection, long keyed)
    {
        var run = new List<(long Key, long Number)>(runLength);
        var row = connection.Prepare(SelectAfter).Bind(keyed);
        while (run.Count < runLength && row.Read())
            AccessBlock.ReadKeys(row.Long(0), row.BlobInPlace(1), run);
        row.Reset();
        var (first, last) = (run[0].Number, run[^1].Number);
        foreach (var (page, keys) in AccessPages.Of(first, run))
            connection.Prepare(InsertPage).Bind(IdOf(page, first)).BindBlob(keys).Execute();
        connection.Prepare(WriteKeyed).Bind(last).Execute();
    }

    private static long IdOf(int page, long number) => ((long)page << NumberBits) | number;

    private static List<AccessEntry> Read(Connection connection, SubjectId subject, long before, int limit)
    {
        var keyed = Head(connection).Keyed;
        var entries = new List<AccessEntry>();
        var row = connection.Prepare(SelectAfter).Bind(keyed);
        while (row.Read())
            entries.AddRange(AccessBlock.ReadAbout(subject, row.Long(0), row.BlobInPlace(1)));
        entries = [.. entries.Where(entry => entry.Number < before).Reverse().Take(limit)];

        before = Math.Min(before, keyed + 1);
        var key = ShardMap.KeyOf(subject);
        var numbers = new List<long>();
        row = connection.Prepare(SelectPages).Bind(IdOf(AccessPages.PageOf(key), 0)).Bind(IdOf(AccessPages.PageOf(key), before));
        while (entries.Count + numbers.Count < limit && row.Read())
            AccessPages.Find(row.Long(0) & ((1L << NumberBits) - 1), row.BlobInPlace(1), key, before, numbers);
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

        return entries;
    }

    /// <summary>The entries about a subject in the block that holds a number.</summary>
    private static List<AccessEntry> Holding(Connection connection, SubjectId subject, long number)
    {
        var row = connection.Prepare(SelectHolding).Bind(number);
        var block = row.Read() ? AccessBlock.ReadAbout(subject, row.Long(0), row.BlobInPlace(1)) : [];
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
