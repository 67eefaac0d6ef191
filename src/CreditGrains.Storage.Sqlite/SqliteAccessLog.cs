using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The access log (I9): each row holds the SHA-256 of the hash before it and its own fields. The end of the chain is kept apart, so
/// that neither changed, removed nor inserted rows, nor rows cut off the end, go unnoticed. Keys by subject are written later, many at a
/// time and in their order: a read looks at them and at the few thousand rows after them.
/// </summary>
internal sealed class SqliteAccessLog(Writer writer, Readers readers) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM access_head WHERE only = 1";
    internal const string WriteHead = "UPDATE access_head SET number = ?, hash = ? WHERE only = 1";

    internal const string Insert = """
        INSERT INTO access_log (number, at, actor, purpose, operation, subject, reference, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    internal const string SelectUnkeyed =
        "SELECT " + Columns + " FROM access_log WHERE number > ? AND number < ? AND subject = ? ORDER BY number DESC LIMIT ?";

    internal const string SelectKeyed = """
        SELECT number, at, actor, purpose, operation, subject, reference FROM access_key JOIN access_log USING (number)
        WHERE key = ? AND number < ? AND subject = ? ORDER BY number DESC LIMIT ?
        """;

    internal const string SelectSubjects = "SELECT number, subject FROM access_log WHERE number > ?";
    internal const string InsertKey = "INSERT INTO access_key (key, number) VALUES (?, ?)";
    internal const string WriteKeyed = "UPDATE access_head SET keyed = ? WHERE only = 1";

    internal const string SelectAll = "SELECT " + Columns + ", hash FROM access_log ORDER BY number";

    /// <summary>Rows that gather before their keys are written.</summary>
    private const int UnkeyedMax = 16_384;

    private const string Columns = "number, at, actor, purpose, operation, subject, reference";

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => entries.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(WriteLane.Other, connection => Append(connection, entries), cancellation);

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<AccessEntry>>(
            connection => connection.Snapshot(snapshot => Read(snapshot, subject, before ?? long.MaxValue, limit)),
            cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot(snapshot => FirstMisfit(snapshot, cancellation)), cancellation);

    private static List<AccessEntry> Read(Connection connection, SubjectId subject, long before, int limit)
    {
        var keyed = Head(connection).Keyed;
        var entries = new List<AccessEntry>();
        var row = connection.Prepare(SelectUnkeyed).Bind(keyed).Bind(before).Bind(subject.Value).Bind(limit);
        while (row.Read())
            entries.Add(EntryOf(row));
        row = connection.Prepare(SelectKeyed)
            .Bind(JournalKeys.KeyOf(subject)).Bind(Math.Min(before, keyed + 1)).Bind(subject.Value).Bind(limit - entries.Count);
        while (row.Read())
            entries.Add(EntryOf(row));
        return entries;
    }

    /// <summary>Writes the keys of the rows after the mark, in their order.</summary>
    private static void WriteKeys(Connection connection, long keyed, long last)
    {
        var keys = new List<(long Key, long Number)>();
        var row = connection.Prepare(SelectSubjects).Bind(keyed);
        while (row.Read())
            keys.Add((JournalKeys.KeyOf(new SubjectId(row.Text(1))), row.Long(0)));
        keys.Sort();
        foreach (var (key, number) in keys)
            connection.Prepare(InsertKey).Bind(key).Bind(number).Execute();
        connection.Prepare(WriteKeyed).Bind(last).Execute();
    }

    private static bool Append(Connection connection, IReadOnlyList<AccessEntry> entries)
    {
        var (number, hash, keyed) = Head(connection);
        var buffer = Array.Empty<byte>();
        foreach (var entry in entries)
        {
            var numbered = entry with { Number = ++number };
            hash = HashOf(hash, numbered, ref buffer);
            connection.Prepare(Insert)
                .Bind(number).Bind(entry.At).Bind(entry.Actor).Bind(entry.Purpose).Bind(entry.Operation).Bind(entry.Subject.Value)
                .Bind(entry.Reference).BindBlob(hash).Execute();
        }

        connection.Prepare(WriteHead).Bind(number).BindBlob(hash).Execute();
        if (number - keyed >= UnkeyedMax)
            WriteKeys(connection, keyed, number);
        return true;
    }

    private static long? FirstMisfit(Connection connection, CancellationToken cancellation)
    {
        var head = Head(connection);
        var number = 0L;
        var hash = new byte[SHA256.HashSizeInBytes];
        var buffer = Array.Empty<byte>();
        var row = connection.Prepare(SelectAll);
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = EntryOf(row);
            number++;
            hash = HashOf(hash, entry, ref buffer);
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

    private static (long Number, byte[] Hash, long Keyed) Head(Connection connection)
    {
        var row = connection.Prepare(ReadHead);
        if (!row.Read())
            throw new StoreException("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);
        var head = (row.Long(0), row.Blob(1), row.Long(2));
        row.Reset();
        return head;
    }

    /// <summary>Every field with its length before it, so that no two rows give the same bytes; none has length -1.</summary>
    private static byte[] HashOf(byte[] before, AccessEntry entry, ref byte[] buffer)
    {
        var texts = (ReadOnlySpan<string?>)[entry.Actor, entry.Purpose, entry.Operation, entry.Subject.Value, entry.Reference];
        var bound = before.Length + (8 * (2 + texts.Length));
        foreach (var text in texts)
            bound += Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
        if (buffer.Length < bound)
            buffer = new byte[bound * 2];
        before.CopyTo(buffer, 0);
        var at = before.Length;
        Add(buffer, ref at, entry.Number);
        Add(buffer, ref at, entry.At.UtcTicks);
        foreach (var text in texts)
        {
            var length = text is null ? -1 : Encoding.UTF8.GetBytes(text, buffer.AsSpan(at + 8));
            Add(buffer, ref at, length);
            at += Math.Max(0, length);
        }

        return SHA256.HashData(buffer.AsSpan(0, at));
    }

    private static void Add(byte[] buffer, ref int at, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(at), value);
        at += 8;
    }

    private static AccessEntry EntryOf(Statement row) => new(
        row.Long(0), row.Instant(1), row.Text(2), row.Text(3), row.Text(4), new SubjectId(row.Text(5)), row.TextOrNull(6));
}
