using System.Runtime.CompilerServices;
using System.Text;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using static CreditGrains.Domain.Assessment.PackedLayout;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// A subject's records packed into one immutable array: about 30 bytes and its id per record. Layout: a version byte, then entries,
/// each a varint length and its fields; the newest change stands last. Withdrawn records stay as a mark of their revision.
/// </summary>
/// <remarks>
/// Applying events is a fold that converges: of two revisions of one record the higher one stays, in whatever order and however often
/// they come (I2, I3).
/// </remarks>
public static class PackedRecords
{
    /// <summary>A state with no records.</summary>
    public static byte[] Empty { get; } = [FirstByte];

    /// <summary>The state after one event; the same array when the event changes nothing.</summary>
    /// <param name="state">A state that this class made.</param>
    /// <param name="record">The record.</param>
    /// <param name="revision">Its revision; a known revision at least as high wins.</param>
    /// <param name="op">Put or withdraw.</param>
    /// <param name="kind">The record's kind.</param>
    /// <param name="facts">The facets; not looked at for a withdrawal.</param>
    /// <param name="symbols">The store's symbols.</param>
    public static byte[] Apply(
        byte[] state, RecordId record, int revision, EventOp op, string kind, RecordFacts facts, SymbolTable symbols)
    {
        var writer = PackedEntryWriter.Rent();
        try
        {
            writer.Write(record, revision, op, kind, facts, symbols);
            var entry = writer.WrittenSpan;
            var found = TryFind(state, symbols.Intern(record.Source.Value), record.Id, out var old);
            if (found && old.Revision >= revision)
                return state;
            var kept = found ? state.Length - (old.End - old.Start) : state.Length;
            var result = GC.AllocateUninitializedArray<byte>(kept + entry.Length);
            if (found)
            {
                state.AsSpan(0, old.Start).CopyTo(result);
                state.AsSpan(old.End).CopyTo(result.AsSpan(old.Start));
            }
            else
            {
                state.CopyTo(result, 0);
            }

            entry.CopyTo(result.AsSpan(kept));
            return result;
        }
        finally
        {
            PackedEntryWriter.Return(writer);
        }
    }

    /// <summary>The newest revision known of a record, withdrawn or not; null where there is none.</summary>
    public static int? RevisionOf(ReadOnlySpan<byte> state, RecordId record, SymbolTable symbols) =>
        TryFind(state, symbols.Intern(record.Source.Value), record.Id, out var found) ? found.Revision : null;

    /// <summary>Number of records, withdrawn ones included.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public static int Count(ReadOnlySpan<byte> state)
    {
        var count = 0;
        var reader = new PackedReader(state, Begin(state));
        while (reader.At < state.Length)
        {
            var length = reader.Varint();
            reader.At += length;
            count++;
        }

        return count;
    }

    /// <summary>Number of records of certain kinds, not withdrawn, whose date lies between two.</summary>
    /// <param name="state">Packed records.</param>
    /// <param name="kinds">Symbols of the kinds.</param>
    /// <param name="from">The first date that counts.</param>
    /// <param name="to">The last date that counts.</param>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public static int CountOfKinds(ReadOnlySpan<byte> state, ReadOnlySpan<int> kinds, DateOnly from, DateOnly to)
    {
        var count = 0;
        var at = Begin(state);
        while (at < state.Length)
        {
            var entry = ReadEntry(state, ref at);
            if (!entry.Withdrawn && entry.Date >= from.DayNumber && entry.Date <= to.DayNumber && kinds.Contains(entry.Kind))
                count++;
        }

        return count;
    }

    /// <summary>The description by the latest describing record that takes part on the date; null when there is none.</summary>
    public static SubjectDescription? DescriptionOf(ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var best = default(RecordEntry);
        var any = false;
        List<RecordEntry>? suspending = null;
        var at = Begin(state);
        while (at < state.Length)
        {
            var entry = ReadEntry(state, ref at);
            if (Suspends(entry, asOf))
                (suspending ??= []).Add(entry);
            if (!Describes(entry, asOf) || (any && !IsLater(state, entry, state, best)))
                continue;
            best = entry;
            any = true;
        }

        if (any && suspending is not null)
            any = FindNotSuspended(state, asOf, suspending, out best);
        return any ? ReadDescription(state, best.DescriptionStart) : null;
    }

    internal static bool Describes(in RecordEntry entry, DateOnly asOf) =>
        entry.DescriptionStart != 0 && !entry.Withdrawn && entry.Date <= asOf.DayNumber;

    private static bool Suspends(in RecordEntry entry, DateOnly asOf) =>
        entry.Procedure != 0 && !entry.Withdrawn && MarkEntry.Of(entry, -1).Suspends(asOf.DayNumber);

    /// <summary>The latest describing record that none of the objections concerns.</summary>
    private static bool FindNotSuspended(ReadOnlySpan<byte> state, DateOnly asOf, List<RecordEntry> suspending, out RecordEntry best)
    {
        best = default;
        var any = false;
        var at = Begin(state);
        while (at < state.Length)
        {
            var entry = ReadEntry(state, ref at);
            if (!Describes(entry, asOf) || (any && !IsLater(state, entry, state, best)) || IsTarget(state, entry, suspending))
                continue;
            best = entry;
            any = true;
        }

        return any;
    }

    private static bool IsTarget(ReadOnlySpan<byte> state, in RecordEntry entry, List<RecordEntry> procedures)
    {
        var id = state.Slice(entry.IdStart, entry.IdLength);
        foreach (var procedure in procedures)
        {
            if (procedure.TargetSource == entry.Source
                && state.Slice(procedure.TargetIdStart, procedure.TargetIdLength).SequenceEqual(id))
                return true;
        }

        return false;
    }

    /// <summary>Of two records, the one of the later date; of the same date, the one whose id comes later.</summary>
    internal static bool IsLater(ReadOnlySpan<byte> state, in RecordEntry entry, ReadOnlySpan<byte> otherState, in RecordEntry other)
    {
        if (entry.Date != other.Date)
            return entry.Date > other.Date;
        var byId = state.Slice(entry.IdStart, entry.IdLength).SequenceCompareTo(otherState.Slice(other.IdStart, other.IdLength));
        return byId != 0 ? byId > 0 : entry.Source > other.Source;
    }

    /// <summary>All entries of a state unpacked into an array that grows as needed.</summary>
    /// <returns>How many.</returns>
    internal static int Unpack(ReadOnlySpan<byte> state, ref RecordEntry[] entries)
    {
        var count = 0;
        var reader = new PackedReader(state, Begin(state));
        while (reader.At < state.Length)
        {
            if (count == entries.Length)
                Array.Resize(ref entries, entries.Length * 2);
            ReadEntry(state, ref reader, ref entries[count++]);
        }

        return count;
    }

    /// <summary>The bytes of one entry as they stand in a state, length included.</summary>
    internal static byte[] PackEntry(
        RecordId record, int revision, EventOp op, string kind, RecordFacts facts, SymbolTable symbols)
    {
        var writer = PackedEntryWriter.Rent();
        try
        {
            writer.Write(record, revision, op, kind, facts, symbols);
            return writer.WrittenSpan.ToArray();
        }
        finally
        {
            PackedEntryWriter.Return(writer);
        }
    }

    /// <summary>Puts entries together into a state.</summary>
    internal static byte[] Join(IReadOnlyCollection<byte[]> entries)
    {
        var state = GC.AllocateUninitializedArray<byte>(1 + entries.Sum(entry => entry.Length));
        state[0] = FirstByte;
        var at = 1;
        foreach (var entry in entries)
        {
            entry.CopyTo(state, at);
            at += entry.Length;
        }

        return state;
    }

    internal static RecordEntry ReadEntry(ReadOnlySpan<byte> state, ref int at)
    {
        var entry = default(RecordEntry);
        var reader = new PackedReader(state, at);
        ReadEntry(state, ref reader, ref entry);
        at = reader.At;
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadEntry(ReadOnlySpan<byte> state, ref PackedReader reader, ref RecordEntry entry)
    {
        entry = default;
        entry.Start = reader.At;
        entry.Level = -1;
        entry.Date = RecordEntry.NoDate;
        entry.Until = RecordEntry.Never;
        entry.Amount = RecordEntry.NoAmount;
        entry.SuspendedFrom = RecordEntry.Never;
        entry.FirstMark = -1;
        entry.IsHidden = false;
        var length = reader.Varint();
        var end = reader.At + length;
        entry.End = end;
        if (length <= 0 || end > state.Length)
            throw new InvalidDataException("A packed entry reaches beyond its state.");
        entry.Source = reader.Varint();
        entry.Kind = reader.Varint();
        entry.Revision = reader.Varint();
        var flags = reader.Byte();
        var idLength = reader.Varint();
        entry.IdLength = idLength;
        entry.IdStart = reader.At;
        reader.At += idLength;
        entry.Withdrawn = (flags & FlagWithdrawn) != 0;
        if ((flags & FlagWithdrawn) == 0)
        {
            entry.Severity = (Severity)((flags >> 1) & 3);
            var extended = (flags & FlagExtended) != 0 ? reader.Byte() : ExtendedDate | ExtendedDecision;
            entry.IsDecision = (extended & ExtendedDecision) != 0;
            entry.IsHidden = (extended & ExtendedHidden) != 0;
            if ((extended & ExtendedDate) != 0)
                entry.Date = Day(ref reader);
            if ((flags & FlagUntil) != 0)
                entry.Until = Day(ref reader);
            if ((flags & FlagLevel) != 0)
                entry.Level = reader.Varint();
            if ((flags & FlagAmount) != 0)
                entry.Amount = Unzigzag(reader.Varint64());
            if ((flags & FlagCounts) != 0 || (extended & (ExtendedDescription | ExtendedMark)) != 0)
                ReadRest(state, reader.At, flags, extended, ref entry);
        }

        reader.At = end;
    }

    internal static string IdOf(ReadOnlySpan<byte> state, in RecordEntry entry) =>
        Encoding.UTF8.GetString(state.Slice(entry.IdStart, entry.IdLength));

    internal static RecordId RecordIdOf(ReadOnlySpan<byte> state, in RecordEntry entry, SymbolTable symbols) =>
        new(new SourceId(symbols.Text(entry.Source)), IdOf(state, entry));

    /// <summary>A named count of an entry; 0 when absent.</summary>
    internal static int CountOf(ReadOnlySpan<byte> state, in RecordEntry entry, int name)
    {
        var reader = new PackedReader(state, entry.CountsStart);
        for (var i = 0; i < entry.CountsLength; i++)
        {
            var symbol = reader.Varint();
            var value = (int)Unzigzag(reader.Varint64());
            if (symbol == name)
                return value;
        }

        return 0;
    }

    internal static SubjectDescription ReadDescription(ReadOnlySpan<byte> state, int at)
    {
        var reader = new PackedReader(state, at);
        return new(Text(state, ref reader), Text(state, ref reader), Text(state, ref reader), Text(state, ref reader));
    }

    /// <summary>The bytes of one text (0 name, 1 region, 2 industry, 3 status) of a description.</summary>
    internal static ReadOnlySpan<byte> DescriptionPart(ReadOnlySpan<byte> state, int at, int part)
    {
        var reader = new PackedReader(state, at);
        for (; part > 0; part--)
        {
            var skip = reader.Varint();
            reader.At += Math.Max(0, skip - 1);
        }

        var length = reader.Varint();
        return length <= 1 ? [] : state.Slice(reader.At, length - 1);
    }

    private static void ReadRest(ReadOnlySpan<byte> state, int at, int flags, int extended, ref RecordEntry entry)
    {
        var reader = new PackedReader(state, at);
        if ((flags & FlagCounts) != 0)
        {
            entry.CountsLength = reader.Varint();
            entry.CountsStart = reader.At;
            for (var i = 0; i < entry.CountsLength; i++)
            {
                reader.Varint();
                reader.Varint64();
            }
        }

        if ((extended & ExtendedDescription) != 0)
        {
            entry.DescriptionStart = reader.At;
            for (var i = 0; i < 4; i++)
            {
                var length = reader.Varint();
                reader.At += Math.Max(0, length - 1);
            }
        }

        if ((extended & ExtendedMark) == 0)
            return;
        entry.Procedure = (Procedure)reader.Byte();
        entry.TargetSource = reader.Varint();
        entry.TargetIdLength = reader.Varint();
        entry.TargetIdStart = reader.At;
        reader.At += entry.TargetIdLength;
        if ((extended & ExtendedSuspended) != 0)
            entry.SuspendedFrom = Day(ref reader);
    }

    internal static bool TryFind(ReadOnlySpan<byte> state, int source, string id, out RecordEntry found)
    {
        Span<byte> utf8 = stackalloc byte[512];
        var wanted = utf8[..Encoding.UTF8.GetBytes(id, utf8)];
        var reader = new PackedReader(state, Begin(state));
        while (reader.At < state.Length)
        {
            var start = reader.At;
            var length = reader.Varint();
            var end = reader.At + length;
            if (reader.Varint() == source)
            {
                reader.Varint();
                reader.Varint();
                reader.Byte();
                var idLength = reader.Varint();
                if (idLength == wanted.Length && state.Slice(reader.At, idLength).SequenceEqual(wanted))
                {
                    found = ReadEntry(state, ref start);
                    return true;
                }
            }

            reader.At = end;
        }

        found = default;
        return false;
    }

    private static int Begin(ReadOnlySpan<byte> state)
    {
        if (state.Length == 0 || state[0] != FirstByte)
            throw new InvalidDataException("Not a packed state of a known version.");
        return 1;
    }

    private static string? Text(ReadOnlySpan<byte> state, ref PackedReader reader)
    {
        var length = reader.Varint();
        if (length == 0)
            return null;
        var text = Encoding.UTF8.GetString(state.Slice(reader.At, length - 1));
        reader.At += length - 1;
        return text;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Day(ref PackedReader reader) => (int)Unzigzag(reader.Varint64()) + Epoch;

    private static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
