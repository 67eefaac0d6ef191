using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>
/// Rows in the format of COPY BINARY, gathered in one buffer and sent at once: a call per column costs more than the column.
/// </summary>
internal sealed class CopyBuffer : IDisposable
{
    private byte[] _bytes;
    private int _length;

    /// <param name="capacity">About how many bytes will come.</param>
    public CopyBuffer(int capacity)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(256, capacity));
        Write([(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0]);
        Span(8).Clear();
    }

    public CopyBuffer Row(short columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(Span(2), columns);
        return this;
    }

    public CopyBuffer Short(int value)
    {
        var span = Span(6);
        BinaryPrimitives.WriteInt32BigEndian(span, 2);
        BinaryPrimitives.WriteInt16BigEndian(span[4..], (short)value);
        return this;
    }

    public CopyBuffer Int(int value)
    {
        var span = Span(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], value);
        return this;
    }

    public CopyBuffer Long(long value)
    {
        var span = Span(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], value);
        return this;
    }

    public CopyBuffer Int(int? value) => value is { } some ? Int(some) : Null();

    public CopyBuffer Text(string? value)
    {
        if (value is null)
            return Null();
        value = StoredText.In(value);
        var bound = Encoding.UTF8.GetMaxByteCount(value.Length);
        var span = Span(4 + bound);
        var length = Encoding.UTF8.GetBytes(value, span[4..]);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        _length -= bound - length;
        return this;
    }

    public CopyBuffer Bytes(ReadOnlySpan<byte> value)
    {
        var span = Span(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, value.Length);
        value.CopyTo(span[4..]);
        return this;
    }

    public CopyBuffer BytesOrNull(byte[]? value) => value is null ? Null() : Bytes(value);

    /// <summary>A column of two big-endian numbers, such as a digest.</summary>
    public CopyBuffer Pair(ulong high, ulong low)
    {
        var span = Span(20);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        BinaryPrimitives.WriteUInt64BigEndian(span[4..], high);
        BinaryPrimitives.WriteUInt64BigEndian(span[12..], low);
        return this;
    }

    /// <summary>An array of integers.</summary>
    public CopyBuffer Ints(ReadOnlySpan<int> values)
    {
        const int IntOid = 23;
        var header = values.Length == 0 ? 12 : 20;
        var span = Span(4 + header + (8 * values.Length));
        BinaryPrimitives.WriteInt32BigEndian(span, header + (8 * values.Length));
        BinaryPrimitives.WriteInt32BigEndian(span[4..], values.Length == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(span[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(span[12..], IntOid);
        if (values.Length > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(span[16..], values.Length);
            BinaryPrimitives.WriteInt32BigEndian(span[20..], 1);
        }

        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(span[(4 + header + (8 * i))..], 4);
            BinaryPrimitives.WriteInt32BigEndian(span[(8 + header + (8 * i))..], values[i]);
        }

        return this;
    }

    /// <summary>Ends the data; nothing may follow.</summary>
    public ReadOnlyMemory<byte> End()
    {
        BinaryPrimitives.WriteInt16BigEndian(Span(2), -1);
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>Gives the buffer back, once its data has been sent.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, least));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private CopyBuffer Null()
    {
        BinaryPrimitives.WriteInt32BigEndian(Span(4), -1);
        return this;
    }

    private void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Span(bytes.Length));

    private Span<byte> Span(int count)
    {
        if (_length + count > _bytes.Length)
            Grow(_length + count);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
