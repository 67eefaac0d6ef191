using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9): each row holds the SHA-256 of the hash before it and its own fields. The end of the chain is kept apart, so
/// that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed.
/// </summary>
internal sealed class SqliteAccessLog(Writer writer, Readers readers) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash FROM access_head WHERE only = 1";
    internal const string WriteHead = "UPDATE access_head SET number = ?, hash = ? WHERE only = 1";

    internal const string Insert = """
        INSERT INTO access_log (number, at, actor, purpose, operation, subject, reference, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    internal const string SelectSubject =
        "SELECT " + Columns + " FROM access_log WHERE subject = ? AND number < ? ORDER BY number DESC LIMIT ?";

    internal const string SelectAll = "SELECT " + Columns + ", hash FROM access_log ORDER BY number";

    private const string Columns = "number, at, actor, purpose, operation, subject, reference";

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => entries.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(WriteLane.Other, connection => Append(connection, entries), cancellation);

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<AccessEntry>>(
            connection =>
            {
                var entries = new List<AccessEntry>();
                var row = connection.Prepare(SelectSubject).Bind(subject.Value).Bind(before ?? long.MaxValue).Bind(limit);
                while (row.Read())
                    entries.Add(EntryOf(row));
                return entries;
            },
            cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    private static bool Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash) = Head(connection);
        foreach (var entry in entries)
        {
            var numbered = entry with { Number = ++number };
            hash = HashOf(hash, numbered);
            connection.Prepare(Insert)
                .Bind(number).Bind(entry.At).Bind(entry.Actor).Bind(entry.Purpose).Bind(entry.Operation).Bind(entry.Subject.Value)
                .Bind(entry.Reference).BindBlob(hash).Execute();
        }

        connection.Prepare(WriteHead).Bind(number).BindBlob(hash).Execute();
        return true;
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
            var entry = EntryOf(row);
            number++;
            hash = HashOf(hash, entry);
            if (entry.Number != number || !hash.AsSpan().SequenceEqual(row.BlobInPlace(7)))
            {
                row.Reset();
                return number;
            }
        }

        if (number < head.Number)
            return number + 1;
        return number > head.Number || !hash.AsSpan().SequenceEqual(head.Hash) ? Math.Max(head.Number, 1) : null;
    }

    private static (long Number, byte[] Hash) Head(Connection connection)
    {
        var row = connection.Prepare(ReadHead);
        if (!row.Read())
            throw new StoreException("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);
        var head = (row.Long(0), row.Blob(1));
        row.Reset();
        return head;
    }

    /// <summary>Every field with its length before it, so that no two rows give the same bytes; none has length -1.</summary>
    private static byte[] HashOf(byte[] before, AccessEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        hash.AppendData(before);
        Add(hash, number, entry.Number);
        Add(hash, number, entry.At.UtcTicks);
        foreach (var text in (ReadOnlySpan<string?>)[entry.Actor, entry.Purpose, entry.Operation, entry.Subject.Value, entry.Reference])
        {
            var utf8 = text is null ? null : Encoding.UTF8.GetBytes(text);
            Add(hash, number, utf8?.Length ?? -1);
            if (utf8 is not null)
                hash.AppendData(utf8);
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, Span<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer, value);
        hash.AppendData(buffer);
    }

    private static AccessEntry EntryOf(Statement row) => new(
        row.Long(0), row.Instant(1), row.Text(2), row.Text(3), row.Text(4), new SubjectId(row.Text(5)), row.TextOrNull(6));
}
