using System.Buffers.Binary;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// The entries of some dozens of neighbouring subjects of one shard, in the order of their keys, as one row holds them: from its first key
/// up to that of the next block. A recomputation so changes one row for them all, and what is due is found by one number for them all.
/// </summary>
internal static class AssessmentBlock
{
    /// <summary>A block that would hold more is divided. With their new versions two or three full ones fit on a page.</summary>
    public const int EntriesMax = 32;

    private const int EntriesAfterDivision = 22;

    /// <summary>Length of an entry without its key.</summary>
    public const int FixedLength = 2 + 8 + 8 + (5 * 4);

    public static List<AssessmentBlockEntry> Read(ReadOnlyMemory<byte> body)
    {
        var entries = new List<AssessmentBlockEntry>(EntriesMax);
        for (var at = 0; at < body.Length;)
            entries.Add(Read(body, ref at));
        return entries;
    }

    /// <summary>The entry that begins there; moves on to the next.</summary>
    public static AssessmentBlockEntry Read(ReadOnlyMemory<byte> body, ref int at)
    {
        var keyLength = BinaryPrimitives.ReadUInt16BigEndian(body.Span[at..]);
        var key = body.Slice(at + 2, keyLength);
        var numbers = body.Span.Slice(at + 2 + keyLength, FixedLength - 2);
        at += FixedLength + keyLength;
        var score = BinaryPrimitives.ReadInt64BigEndian(numbers[8..]);
        return new AssessmentBlockEntry(
            key,
            BinaryPrimitives.ReadInt64BigEndian(numbers),
            score == long.MinValue ? null : score,
            BinaryPrimitives.ReadInt32BigEndian(numbers[16..]),
            BinaryPrimitives.ReadInt32BigEndian(numbers[20..]),
            BinaryPrimitives.ReadInt32BigEndian(numbers[24..]),
            BinaryPrimitives.ReadInt32BigEndian(numbers[28..]),
            BinaryPrimitives.ReadInt32BigEndian(numbers[32..]));
    }

    /// <summary>The entry of one subject, or null.</summary>
    public static AssessmentBlockEntry? Find(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> key)
    {
        for (var at = 0; at < body.Length;)
        {
            var found = KeyAt(body.Span, at);
            if (found.SequenceEqual(key))
                return Read(body, ref at);
            at += FixedLength + found.Length;
        }

        return null;
    }

    /// <summary>The key of the entry that begins there.</summary>
    public static ReadOnlySpan<byte> KeyAt(ReadOnlySpan<byte> body, int at) =>
        body.Slice(at + 2, BinaryPrimitives.ReadUInt16BigEndian(body[at..]));

    /// <summary>The numbers of the entry that begins there.</summary>
    public static Span<byte> NumbersAt(Span<byte> body, int at) =>
        body.Slice(at + 2 + BinaryPrimitives.ReadUInt16BigEndian(body[at..]), FixedLength - 2);

    /// <summary>Adds an entry to the earliest due date and the set of grades of its block.</summary>
    public static void Include(ReadOnlySpan<byte> numbers, ref int? nextDue, ref long grades)
    {
        var grade = BinaryPrimitives.ReadInt32BigEndian(numbers[16..]);
        if (grade >= 0)
            grades |= BitOf(grade);
        var next = BinaryPrimitives.ReadInt32BigEndian(numbers[28..]);
        if (next > 0 && (nextDue is null || next < nextDue))
            nextDue = next;
    }

    /// <summary>The date on which the first entry is due, or null for never, and a bit for each grade; of all entries.</summary>
    public static (int? NextDue, long Grades) Characterise(Span<byte> body)
    {
        int? nextDue = null;
        var grades = 0L;
        for (var at = 0; at < body.Length; at += FixedLength + BinaryPrimitives.ReadUInt16BigEndian(body[at..]))
            Include(NumbersAt(body, at), ref nextDue, ref grades);
        return (nextDue, grades);
    }

    public static byte[] Write(ReadOnlySpan<AssessmentBlockEntry> entries)
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
            WriteAssessment(rest, entry.ScoreMilli, entry.Grade, entry.Policy, entry.AsOf, entry.NextChange);
            BinaryPrimitives.WriteInt32BigEndian(rest[32..], entry.Listed);
            rest = rest[(FixedLength - 2)..];
        }

        return body;
    }

    /// <summary>Puts an assessment among the numbers of an entry; its position and its mark of the description stay.</summary>
    public static void WriteAssessment(Span<byte> numbers, long? scoreMilli, int grade, int policy, int asOf, int nextChange)
    {
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], scoreMilli ?? long.MinValue);
        BinaryPrimitives.WriteInt32BigEndian(numbers[16..], grade);
        BinaryPrimitives.WriteInt32BigEndian(numbers[20..], policy);
        BinaryPrimitives.WriteInt32BigEndian(numbers[24..], asOf);
        BinaryPrimitives.WriteInt32BigEndian(numbers[28..], nextChange);
    }

    /// <summary>The date on which the first of the entries is due; null for never.</summary>
    public static int? NextDueOf(ReadOnlySpan<AssessmentBlockEntry> entries)
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
    public static long GradesOf(ReadOnlySpan<AssessmentBlockEntry> entries)
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

    /// <summary>How many entries the parts of an overfull block get; a block that is not overfull stays whole.</summary>
    public static int PartLength(int entries) => entries <= EntriesMax
        ? Math.Max(entries, 1)
        : (entries + PartsOf(entries) - 1) / PartsOf(entries);

    /// <summary>Where the subject is, or the complement of where it belongs.</summary>
    public static int Find(List<AssessmentBlockEntry> entries, ReadOnlySpan<byte> key)
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
