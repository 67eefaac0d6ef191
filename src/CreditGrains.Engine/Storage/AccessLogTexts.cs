using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Writes the texts of a block of the access log, each behind its length in 4 bytes (-1: none). A text that stands in the block already is
/// written as -2 less the place of its length: nearly all entries of a block name the same few purposes, matters and rules, and writing
/// these again for each was half of what a check put on the disk.
/// </summary>
internal sealed class AccessLogTexts
{
    private const int None = -1;
    private const int FirstReference = -2;

    // By the place of a text in its entry: nearly always the same text as in the entry before, found by one comparison.
    private readonly string?[] _last = new string?[16];
    private readonly int[] _lastPlaces = new int[16];
    private readonly Dictionary<string, int> _places = [];

    /// <summary>Most bytes that a text takes.</summary>
    public static int BoundOf(string? text) => 4 + Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);

    /// <summary>Writes a text that hardly repeats: an organisation, the number of a check.</summary>
    public static void WriteOnce(string? text, Span<byte> bytes, ref int at)
    {
        var length = text is null ? None : Encoding.UTF8.GetBytes(text, bytes[(at + 4)..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[at..], length);
        at += 4 + Math.Max(0, length);
    }

    /// <summary>Writes a text that other entries are likely to have too.</summary>
    /// <param name="field">Place of the text in its entry, 0 to 15.</param>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The whole block.</param>
    /// <param name="at">The place in it, moved behind the text.</param>
    public void Write(int field, string? text, Span<byte> bytes, ref int at)
    {
        if (text is null)
        {
            WriteOnce(null, bytes, ref at);
            return;
        }

        if (_last[field] != text)
        {
            if (!_places.TryGetValue(text, out var place))
            {
                _places.Add(text, place = at);
                WriteOnce(text, bytes, ref at);
                (_last[field], _lastPlaces[field]) = (text, place);
                return;
            }

            (_last[field], _lastPlaces[field]) = (text, place);
        }

        BinaryPrimitives.WriteInt32BigEndian(bytes[at..], FirstReference - _lastPlaces[field]);
        at += 4;
    }

    /// <summary>The bytes of a text of a block, by itself or where it is referred to; nothing for none.</summary>
    /// <exception cref="InvalidDataException">The text refers to none before it.</exception>
    public static ReadOnlySpan<byte> Pass(ReadOnlySpan<byte> bytes, scoped ref int at, scoped out bool isNone)
    {
        var begun = at;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
        at += 4;
        isNone = length == None;
        if (length >= 0)
        {
            at += length;
            return bytes.Slice(begun + 4, length);
        }

        if (isNone)
            return [];
        var place = FirstReference - length;
        var referred = place >= 0 && place < begun ? BinaryPrimitives.ReadInt32BigEndian(bytes[place..]) : None;
        if (referred < 0 || referred > begun - place - 4)
            throw new InvalidDataException("An entry of the access log refers to a text that its block does not hold.");
        return bytes.Slice(place + 4, referred);
    }

    /// <summary>A text of a block; null for none.</summary>
    /// <exception cref="InvalidDataException">The text refers to none before it.</exception>
    public static string? Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var text = Pass(bytes, ref at, out var isNone);
        return isNone ? null : Encoding.UTF8.GetString(text);
    }
}
