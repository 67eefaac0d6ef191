using System.Buffers.Binary;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// The entries of some dozens of neighbouring subjects of one shard, in the order of their keys, as one row holds them: from its first key
/// up to that of the next sheet. A recomputation so changes one row for them all, and what is due is found by one number for them all.
/// </summary>
internal static class AssessmentSheet
{
    /// <summary>A sheet that would hold more is divided. With their new versions two or three full ones fit on a page.</summary>
    public const int EntriesMax = 32;

    private const int EntriesAfterDivision = 22;
    private const int FixedLength = 2 + 8 + 8 + (5 * 4);

    public static List<SheetEntry> Read(ReadOnlyMemory<byte> body)
    {
        var entries = new List<SheetEntry>(EntriesMax);
        for (var at = 0; at < body.Length;)
        {
            var keyLength = BinaryPrimitives.ReadUInt16BigEndian(body.Span[at..]);
            var numbers = body.Span.Slice(at + 2 + keyLength, FixedLength - 2);
            var score = BinaryPrimitives.ReadInt64BigEndian(numbers[8..]);
            entries.Add(new SheetEntry(
                body.Slice(at + 2, keyLength),
                BinaryPrimitives.ReadInt64BigEndian(numbers),
                score == long.MinValue ? null : score,
                BinaryPrimitives.ReadInt32BigEndian(numbers[16..]),
                BinaryPrimitives.ReadInt32BigEndian(numbers[20..]),
                BinaryPrimitives.ReadInt32BigEndian(numbers[24..]),
                BinaryPrimitives.ReadInt32BigEndian(numbers[28..]),
                BinaryPrimitives.ReadInt32BigEndian(numbers[32..])));
            at += FixedLength + keyLength;
        }

        return entries;
    }

    public static byte[] Write(ReadOnlySpan<SheetEntry> entries)
    {
        var length = 0;
        foreach (var entry in entries)
            length += FixedLength + entry.Key.Length;
        var body = new byte[length];
        var rest = body.AsSpan();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Key.Length);
            entry.Key.Span.CopyTo(rest[2..]);
            rest = rest[(2 + entry.Key.Length)..];
            BinaryPrimitives.WriteInt64BigEndian(rest, entry.Position);
            BinaryPrimitives.WriteInt64BigEndian(rest[8..], entry.ScoreMilli ?? long.MinValue);
            BinaryPrimitives.WriteInt32BigEndian(rest[16..], entry.Grade);
            BinaryPrimitives.WriteInt32BigEndian(rest[20..], entry.Policy);
            BinaryPrimitives.WriteInt32BigEndian(rest[24..], entry.AsOf);
            BinaryPrimitives.WriteInt32BigEndian(rest[28..], entry.NextChange);
            BinaryPrimitives.WriteInt32BigEndian(rest[32..], entry.Listed);
            rest = rest[(FixedLength - 2)..];
        }

        return body;
    }

    /// <summary>The date on which the first of the entries is due; null for never.</summary>
    public static int? NextDueOf(ReadOnlySpan<SheetEntry> entries)
    {
        int? next = null;
        foreach (var entry in entries)
        {
            if (entry.NextChange > 0 && (next is null || entry.NextChange < next))
                next = entry.NextChange;
        }

        return next;
    }

    /// <summary>A bit for each grade among the entries; grades may share one.</summary>
    public static long GradesOf(ReadOnlySpan<SheetEntry> entries)
    {
        var grades = 0L;
        foreach (var entry in entries)
        {
            if (entry.Grade >= 0)
                grades |= BitOf(entry.Grade);
        }

        return grades;
    }

    public static long BitOf(int grade) => 1L << (grade % 63);

    /// <summary>How many entries the parts of an overfull sheet get; a sheet that is not overfull stays whole.</summary>
    public static int PartLength(int entries) => entries <= EntriesMax
        ? Math.Max(entries, 1)
        : (entries + PartsOf(entries) - 1) / PartsOf(entries);

    /// <summary>Where the subject is, or the complement of where it belongs.</summary>
    public static int Find(List<SheetEntry> entries, ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = entries[middle].CompareTo(key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    private static int PartsOf(int entries) => (entries + EntriesAfterDivision - 1) / EntriesAfterDivision;
}
