using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// JSON as UTF-8, put together of constant parts and of values: for the check, where writing member by member
/// (<see cref="System.Text.Json.Utf8JsonWriter"/>) was a third of what an answer costs. That it is JSON is its caller's care.
/// </summary>
internal sealed class JsonBuffer
{
    private static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private byte[] _bytes = new byte[2048];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that it takes up.</summary>
    public int Capacity => _bytes.Length;

    public void Clear() => _length = 0;

    /// <summary>Adds what is JSON, or part of it, as it stands.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        _length += json.Length;
    }

    /// <summary>Adds a text.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Add("null"u8);
            return;
        }

        var escaped = Escaping.Encode(text);
        var room = Room(Encoding.UTF8.GetMaxByteCount(escaped.Length) + 2);
        room[0] = (byte)'"';
        var length = Encoding.UTF8.GetBytes(escaped, room[1..]);
        room[length + 1] = (byte)'"';
        _length += length + 2;
    }

    /// <summary>Adds a date as <c>"yyyy-MM-dd"</c>.</summary>
    public void Date(DateOnly? date)
    {
        if (date is not { } value)
        {
            Add("null"u8);
            return;
        }

        const int Length = 10;
        var room = Room(Length + 2);
        room[0] = (byte)'"';
        value.TryFormat(room[1..], out _, "O", CultureInfo.InvariantCulture);
        room[Length + 1] = (byte)'"';
        _length += Length + 2;
    }

    public void Boolean(bool value) => Add(value ? "true"u8 : "false"u8);

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + length));
        return _bytes.AsSpan(_length);
    }
}
