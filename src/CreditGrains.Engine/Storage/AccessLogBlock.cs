using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The entries of one append of the access log as bytes: for each the instant, then its texts (<see cref="AccessLogTexts"/>), and where the
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
        var texts = new AccessLogTexts();
        var bytes = new byte[(entries.Count * 160) + 512];
        var at = 0;
        foreach (var entry in entries)
        {
            if (BoundOf(entry) is var bound && at + bound > bytes.Length)
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, at + bound));
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), entry.At.UtcTicks | (entry.Receipt is null ? 0 : WithReceipt));
            at += 8;
            texts.Write(0, entry.Actor, bytes, ref at);
            texts.Write(1, entry.Purpose, bytes, ref at);
            texts.Write(2, entry.Operation, bytes, ref at);
            AccessLogTexts.WriteOnce(entry.Subject.Value, bytes, ref at);
            AccessLogTexts.WriteOnce(entry.Reference, bytes, ref at);
            if (entry.Receipt is { } receipt)
            {
                var begun = at;
                at += 4;
                AnswerReceiptFormat.Write(receipt, texts, TextCount, bytes, ref at);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(begun), at - begun - 4);
            }
        }

        return bytes[..at];
    }

    /// <summary>The entries of a block, numbered from its first.</summary>
    public static List<AccessEntry> Read(long first, ReadOnlySpan<byte> bytes)
    {
        var entries = new List<AccessEntry>();
        for (var at = 0; at < bytes.Length;)
            entries.Add(ReadEntry(first + entries.Count, bytes, ref at));
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
                entries.Add(ReadEntry(number, bytes, ref begun));
        }

        return entries;
    }

    /// <summary>When the first entry of a block was made.</summary>
    public static DateTimeOffset FirstAt(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64BigEndian(bytes) & ~WithReceipt, TimeSpan.Zero);

    /// <summary>
    /// Moves over the entries of a block behind a number, and takes those of one reader. Entries of others are not decoded: a page looks
    /// through a hundred thousand.
    /// </summary>
    /// <param name="actor">The reader, as UTF-8.</param>
    /// <param name="first">The number of the block's first entry.</param>
    /// <param name="bytes">The block.</param>
    /// <param name="after">Entries up to this number are passed over.</param>
    /// <param name="take">Takes one; false ends the way.</param>
    /// <returns>The number of the last entry that was looked at.</returns>
    public static long ReadBy(ReadOnlySpan<byte> actor, long first, ReadOnlySpan<byte> bytes, long after, Func<AccessEntry, bool> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        var number = first;
        for (var at = 0; at < bytes.Length; number++)
        {
            var begun = at;
            var named = at + 8;
            var isActor = AccessLogTexts.Pass(bytes, ref named, out _).SequenceEqual(actor);
            Pass(bytes, ref at);
            if (number > after && isActor && !take(ReadEntry(number, bytes, ref begun)))
                return number;
        }

        return number - 1;
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
                return ReadEntry(number, bytes, ref begun);
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

    private static int BoundOf(AccessEntry entry) =>
        8 + AccessLogTexts.BoundOf(entry.Actor) + AccessLogTexts.BoundOf(entry.Purpose) + AccessLogTexts.BoundOf(entry.Operation)
        + AccessLogTexts.BoundOf(entry.Subject.Value) + AccessLogTexts.BoundOf(entry.Reference)
        + (entry.Receipt is { } receipt ? 4 + AnswerReceiptFormat.BoundOf(receipt) : 0);

    private static AccessEntry ReadEntry(long number, ReadOnlySpan<byte> bytes, ref int at)
    {
        var begun = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);
        var instant = new DateTimeOffset(begun & ~WithReceipt, TimeSpan.Zero);
        at += 8;
        var actor = AccessLogTexts.Read(bytes, ref at);
        var purpose = AccessLogTexts.Read(bytes, ref at);
        var operation = AccessLogTexts.Read(bytes, ref at);
        var subject = AccessLogTexts.Read(bytes, ref at);
        var reference = AccessLogTexts.Read(bytes, ref at);
        AnswerReceipt? receipt = null;
        if (begun < 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            receipt = AnswerReceiptFormat.Read(bytes[..(at + length)], at);
            at += length;
        }

        return new AccessEntry(number, instant, actor ?? "", purpose ?? "", operation ?? "", new SubjectId(subject ?? ""), reference)
        {
            Receipt = receipt,
        };
    }

    /// <summary>Moves over an entry: its subject, and where it holds a receipt the number of the check.</summary>
    private static Passed Pass(ReadOnlySpan<byte> bytes, ref int at)
    {
        var subject = ReadOnlySpan<byte>.Empty;
        var reference = ReadOnlySpan<byte>.Empty;
        var hasReceipt = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]) < 0;
        at += 8;
        for (var field = 0; field < TextCount; field++)
        {
            var text = AccessLogTexts.Pass(bytes, ref at, out _);
            if (field == SubjectText)
                subject = text;
            else if (field == ReferenceText && hasReceipt)
                reference = text;
        }

        if (hasReceipt)
            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
        return new Passed(subject, reference);
    }

    private static long KeyOf(ReadOnlySpan<byte> check) => ShardHash.KeyOf(check);

    /// <summary>Text looked for in an entry; a check of no bytes where the entry holds no receipt.</summary>
    private readonly ref struct Passed(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> check)
    {
        public ReadOnlySpan<byte> Subject { get; } = subject;

        public ReadOnlySpan<byte> Check { get; } = check;
    }
}
