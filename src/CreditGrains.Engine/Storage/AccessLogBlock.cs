using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The entries of one append of the access log as bytes: for each the instant, then each text behind its length (-1: none). A format that
/// stores keep, so it never changes.
/// </summary>
public static class AccessLogBlock
{
    private const int TextCount = 5;
    private const int SubjectText = 3;

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
            if (at + bound > bytes.Length)
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, at + bound));
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), entry.At.UtcTicks);
            at += 8;
            foreach (var text in texts)
            {
                var length = text is null ? -1 : Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 4));
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), length);
                at += 4 + Math.Max(0, length);
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
            var instant = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(bytes[at..]), TimeSpan.Zero);
            at += 8;
            var actor = Text(bytes, ref at);
            var purpose = Text(bytes, ref at);
            var operation = Text(bytes, ref at);
            var subject = Text(bytes, ref at);
            var reference = Text(bytes, ref at);
            entries.Add(new AccessEntry(
                first + entries.Count, instant, actor ?? "", purpose ?? "", operation ?? "", new SubjectId(subject ?? ""), reference));
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
            if (SubjectOf(bytes, ref at).SequenceEqual(sought))
                entries.AddRange(Read(number, bytes[begun..at]));
        }

        return entries;
    }

    /// <summary>Adds the key of the subject (<see cref="ShardMap"/>) and the number of each entry.</summary>
    public static void ReadKeys(long first, ReadOnlySpan<byte> bytes, List<(long Key, long Number)> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var number = first;
        for (var at = 0; at < bytes.Length; number++)
            keys.Add((ShardMap.KeyOf(SubjectOf(bytes, ref at)), number));
    }

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

    /// <summary>Moves over an entry; its subject.</summary>
    private static ReadOnlySpan<byte> SubjectOf(ReadOnlySpan<byte> bytes, ref int at)
    {
        var subject = ReadOnlySpan<byte>.Empty;
        at += 8;
        for (var text = 0; text < TextCount; text++)
        {
            var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
            at += 4;
            if (text == SubjectText)
                subject = bytes.Slice(at, length);
            at += length;
        }

        return subject;
    }

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
}
