using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9), a row for each append: its row holds the SHA-256 of the hash before it, its numbers and its entries. The end of
/// the chain is kept apart, so that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed. Keys by subject
/// are written later, many at a time and in their order: a read looks at them and at the few thousand entries after them.
/// </summary>
internal sealed class SqliteAccessLog(Writer writer, Readers readers) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM access_head WHERE only = 1";
    internal const string WriteHead = "UPDATE access_head SET number = ?, hash = ? WHERE only = 1";
    internal const string WriteKeyed = "UPDATE access_head SET keyed = ? WHERE only = 1";
    internal const string InsertBlock = "INSERT INTO access_log (first, last, entries, hash) VALUES (?, ?, ?, ?)";
    internal const string SelectAfter = "SELECT first, entries FROM access_log WHERE first > ? ORDER BY first";
    internal const string SelectHolding = "SELECT first, entries FROM access_log WHERE first <= ? ORDER BY first DESC LIMIT 1";
    internal const string SelectNumbers = "SELECT number FROM access_key WHERE key = ? AND number < ? ORDER BY number DESC";
    internal const string SelectAll = "SELECT first, last, entries, hash FROM access_log ORDER BY first";
    internal const string InsertKey = "INSERT INTO access_key (key, number) VALUES (?, ?)";

    /// <summary>Entries that gather before their keys are written.</summary>
    private const int UnkeyedMax = 4_096;

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => entries.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(WriteLane.Other, connection => Append(connection, entries), cancellation);

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<AccessEntry>>(
            connection => connection.Snapshot(snapshot => Read(snapshot, subject, before ?? long.MaxValue, limit)), cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    private static bool Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash, keyed) = Head(connection);
        var (first, last) = (number + 1, number + entries.Count);
        var block = AccessBlock.Write(entries);
        hash = AccessBlock.HashOf(hash, first, last, block);
        connection.Prepare(InsertBlock).Bind(first).Bind(last).BindBlob(block).BindBlob(hash).Execute();
        connection.Prepare(WriteHead).Bind(last).BindBlob(hash).Execute();
        if (last - keyed >= UnkeyedMax)
            WriteKeys(connection, keyed, last);
        return true;
    }

    /// <summary>Writes the keys of the entries after the mark, in their order.</summary>
    private static void WriteKeys(Connection connection, long keyed, long last)
    {
        var keys = Blocks(connection, keyed).SelectMany(block => block)
            .Select(entry => (Key: JournalKeys.KeyOf(entry.Subject), entry.Number)).ToList();
        keys.Sort();
        foreach (var (key, number) in keys)
            connection.Prepare(InsertKey).Bind(key).Bind(number).Execute();
        connection.Prepare(WriteKeyed).Bind(last).Execute();
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
