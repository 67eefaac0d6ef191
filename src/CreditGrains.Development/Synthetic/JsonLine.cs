using System.Text;

namespace CreditGrains.Development.Synthetic;

/// <summary>Writes one line of text into a reused buffer. Callers pass text that needs no escaping.</summary>
internal sealed class JsonLine
{
    private readonly byte[] _buffer = new byte[8192];
    private int _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public void Clear() => _length = 0;

    public JsonLine Add(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
        return this;
    }

    public JsonLine Add(string text)
    {
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
        return this;
    }

    public JsonLine Add(long number)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
        return this;
    }

    /// <summary>With leading zeros.</summary>
    public JsonLine Add(long number, int digits)
    {
        for (var i = digits - 1; i >= 0; i--, number /= 10)
            _buffer[_length + i] = (byte)('0' + number % 10);
        _length += digits;
        return this;
    }

    /// <summary>As <c>YYYY-MM-DD</c>.</summary>
    public JsonLine Add(DateOnly date) =>
        Add(date.Year, 4).Add("-"u8).Add(date.Month, 2).Add("-"u8).Add(date.Day, 2);
}
