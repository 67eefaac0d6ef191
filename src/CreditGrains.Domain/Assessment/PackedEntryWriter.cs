using System.Diagnostics.CodeAnalysis;
using System.Text;
using CreditGrains.Domain.Records;
using static CreditGrains.Domain.Assessment.PackedLayout;

namespace CreditGrains.Domain.Assessment;

/// <summary>Writes one entry of packed records: a growing buffer, one a thread, with room in front for the entry's length.</summary>
internal sealed class PackedEntryWriter
{
    private const int Front = 5;

    [ThreadStatic]
    private static PackedEntryWriter? _spare;

    private byte[] _buffer = new byte[1024];
    private int _begin, _end;

    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(_begin, _end - _begin);

    public static PackedEntryWriter Rent()
    {
        var writer = _spare ?? new PackedEntryWriter();
        _spare = null;
        writer._begin = writer._end = Front;
        return writer;
    }

    [SuppressMessage("Performance", "CA1859", Justification = "One spare a thread.")]
    public static void Return(PackedEntryWriter writer) => _spare = writer;

    /// <summary>Writes an entry, its length in front.</summary>
    public void Write(RecordId record, int revision, EventOp op, string kind, RecordFacts facts, SymbolTable symbols)
    {
        var extended = (facts.Date is null ? 0 : ExtendedDate) | (facts.IsDecision ? ExtendedDecision : 0)
            | (facts.Description is null ? 0 : ExtendedDescription) | (facts.Mark is null ? 0 : ExtendedMark)
            | (facts.Mark?.SuspendedFrom is null ? 0 : ExtendedSuspended) | (facts.IsHidden ? ExtendedHidden : 0);
        var plain = extended == (ExtendedDate | ExtendedDecision);
        var flags = op == EventOp.Withdraw
            ? FlagWithdrawn
            : ((int)facts.Severity << 1) | (facts.Until is null ? 0 : FlagUntil) | (facts.Level is null ? 0 : FlagLevel)
                | (facts.AmountMicro is null ? 0 : FlagAmount) | (facts.Counts.Count == 0 ? 0 : FlagCounts)
                | (plain ? 0 : FlagExtended);

        Varint(symbols.Intern(record.Source.Value));
        Varint(symbols.Intern(kind));
        Varint(revision);
        Byte((byte)flags);
        Utf8(record.Id);
        if (op == EventOp.Put)
        {
            if (!plain)
                Byte((byte)extended);
            WriteFacets(facts, symbols);
        }

        PrependLength();
    }

    private void WriteFacets(RecordFacts facts, SymbolTable symbols)
    {
        if (facts.Date is { } date)
            Day(date, Epoch);
        if (facts.Until is { } until)
            Day(until, Epoch);
        if (facts.Level is { } level)
            Varint(symbols.Intern(level));
        if (facts.AmountMicro is { } amount)
            Varint64(Zigzag(amount));
        if (facts.Counts.Count > 0)
        {
            Varint(facts.Counts.Count);
            foreach (var (name, value) in facts.Counts)
            {
                Varint(symbols.Intern(name));
                Varint64(Zigzag(value));
            }
        }

        if (facts.Description is { } described)
        {
            Text(described.Name);
            Text(described.Region);
            Text(described.Industry);
            Text(described.Status);
        }

        if (facts.Mark is not { } mark)
            return;
        Byte((byte)mark.Procedure);
        Varint(symbols.Intern(mark.Target.Source.Value));
        Utf8(mark.Target.Id);
        if (mark.SuspendedFrom is { } suspended)
            Day(suspended, Epoch);
    }

    private void Byte(byte value)
    {
        Reserve(1);
        _buffer[_end++] = value;
    }

    private void Varint(int value) => Varint64((uint)value);

    private void Varint64(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_end++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_end++] = (byte)value;
    }

    private void Day(DateOnly date, int epoch) => Varint64(Zigzag(date.DayNumber - epoch));

    private void Utf8(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Varint(length);
        Reserve(length);
        _end += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_end));
    }

    /// <summary>0 for null, else length + 1 and the bytes.</summary>
    private void Text(string? text)
    {
        if (text is null)
        {
            Varint(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Varint(length + 1);
        Reserve(length);
        _end += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_end));
    }

    private void PrependLength()
    {
        var length = _end - Front;
        var size = length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
        _begin = Front - size;
        var at = _begin;
        var rest = length;
        while (rest >= 0x80)
        {
            _buffer[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _buffer[at] = (byte)rest;
    }

    private void Reserve(int more)
    {
        if (_end + more > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + more));
    }

    private static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
