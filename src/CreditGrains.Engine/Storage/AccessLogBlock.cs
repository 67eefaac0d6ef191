using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The entries of one append of the access log as bytes: for each the instant, then each text behind its length (-1: none), and where the
/// instant's first bit says so the answer's receipt behind its length. A format that stores keep: what it says of an entry never changes.
/// </summary>
public static class AccessLogBlock
{
    private const int TextCount = 5;
    private const int SubjectText = 3;
    private const int ReferenceText = 4;
    private const long WithReceipt = long.MinValue;

    /// <summary>The bytes of entries whose numbers follow each other.</summary>
    public static byte[] Write(IReadOnlyList<AccessEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var bytes = new byte[entries.Count * 160];
        var at = 0;
        foreach (var entry in entries)
        {
            var texts = (ReadOnlySpan<string?>)[entry.Actor, entry.Purpose, entry.Operation, entry.Subject.Value, entry.Reference];
            var bound = 8 + (4 * TextCount);
            foreach (var text in texts)
                bound += Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
            if (entry.Receipt is { } behind)
                bound += 4 + AnswerReceiptFormat.BoundOf(behind);
            if (at + bound > bytes.Length)
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, at + bound));
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), entry.At.UtcTicks | (entry.Receipt is null ? 0 : WithReceipt));
            at += 8;
            foreach (var text in texts)
            {
                var length = text is null ? -1 : Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 4));
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), length);
                at += 4 + Math.Max(0, length);
            }

            if (entry.Receipt is { } receipt)
            {
                var length = AnswerReceiptFormat.Write(receipt, bytes.AsSpan(at + 4));
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), length);
                at += 4 + length;
            }
        }

        return bytes[..at];
    }

    /// <summary>The entries of a block, numbered from its first.</summary>
    public static List<AccessEntry> Read(long first, ReadOnlySpan<byte> bytes)
    {
        var entries = new List<AccessEntry>();
        for (var at = 0; at < bytes.Length;)
        {
            var begun = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);
            var instant = new DateTimeOffset(begun & ~WithReceipt, TimeSpan.Zero);
            at += 8;
            var actor = Text(bytes, ref at);
            var purpose = Text(bytes, ref at);
            var operation = Text(bytes, ref at);
            var subject = Text(bytes, ref at);
            var reference = Text(bytes, ref at);
            AnswerReceipt? receipt = null;
            if (begun < 0)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
                receipt = AnswerReceiptFormat.Read(bytes.Slice(at + 4, length));
                at += 4 + length;
            }

            entries.Add(new AccessEntry(
                first + entries.Count, instant, actor ?? "", purpose ?? "", operation ?? "", new SubjectId(subject ?? ""), reference)
            {
                Receipt = receipt,
            });
        }

        return entries;
    }

    /// <summary>The entries of a block about one subject.</summary>
    public static List<AccessEntry> ReadAbout(SubjectId subject, long first, ReadOnlySpan<byte> bytes)
    {
        var sought = Encoding.UTF8.GetBytes(subject.Value);
        var entries = new List<AccessEntry>();
        var number = first;
        for (var at = 0; at < bytes.Length; number++)
        {
            var begun = at;
            if (Pass(bytes, ref at).Subject.SequenceEqual(sought))
                entries.AddRange(Read(number, bytes[begun..at]));
        }

        return entries;
    }

    /// <summary>The entry of a block that holds the receipt of a check; null for none.</summary>
    /// <param name="check">Number of the check.</param>
    /// <param name="first">The number of the block's first entry.</param>
    /// <param name="bytes">The block.</param>
    public static AccessEntry? FindCheck(string check, long first, ReadOnlySpan<byte> bytes)
    {
        var sought = Encoding.UTF8.GetBytes(check);
        var number = first;
        for (var at = 0; at < bytes.Length; number++)
        {
            var begun = at;
            if (Pass(bytes, ref at).Check.SequenceEqual(sought))
                return Read(number, bytes[begun..at]) is [var found] ? found : null;
        }

        return null;
    }

    /// <summary>
    /// Adds for each entry the key of the subject (<see cref="ShardMap"/>) and its number, and for one with a receipt the key of the check
    /// too.
    /// </summary>
    public static void ReadKeys(long first, ReadOnlySpan<byte> bytes, List<(long Key, long Number)> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var number = first;
        for (var at = 0; at < bytes.Length; number++)
        {
            var entry = Pass(bytes, ref at);
            keys.Add((ShardMap.KeyOf(entry.Subject), number));
            if (entry.Check.Length > 0)
                keys.Add((KeyOf(entry.Check), number));
        }
    }

    /// <summary>The key of a check by its number.</summary>
    public static long KeyOf(string check) => ShardHash.KeyOf(check);

    /// <summary>The hash that chains a block to the one before it.</summary>
    public static byte[] HashOf(byte[] before, long first, long last, ReadOnlySpan<byte> bytes)
    {
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(numbers, first);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], last);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        hash.AppendData(numbers);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    /// <summary>Moves over an entry: its subject, and where it holds a receipt the number of the check.</summary>
    private static Passed Pass(ReadOnlySpan<byte> bytes, ref int at)
    {
        var subject = ReadOnlySpan<byte>.Empty;
        var reference = ReadOnlySpan<byte>.Empty;
        var hasReceipt = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]) < 0;
        at += 8;
        for (var text = 0; text < TextCount; text++)
        {
            var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
            at += 4;
            if (text == SubjectText)
                subject = bytes.Slice(at, length);
            else if (text == ReferenceText && hasReceipt)
                reference = bytes.Slice(at, length);
            at += length;
        }

        if (hasReceipt)
            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
        return new Passed(subject, reference);
    }

    private static long KeyOf(ReadOnlySpan<byte> check) => ShardHash.KeyOf(check);

    private static string? Text(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
        at += 4;
        if (length < 0)
            return null;
        var text = Encoding.UTF8.GetString(bytes.Slice(at, length));
        at += length;
        return text;
    }

    /// <summary>Text looked for in an entry; a check of no bytes where the entry holds no receipt.</summary>
    private readonly ref struct Passed(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> check)
    {
        public ReadOnlySpan<byte> Subject { get; } = subject;

        public ReadOnlySpan<byte> Check { get; } = check;
    }
}
