using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// One JSON object as a flat list of tokens with its texts unescaped, in arrays that are used again for the next line: a line is
/// tokenised once, whatever the order of its keys, and nothing is allocated for it.
/// </summary>
internal sealed class JsonTape
{
    /// <summary>Containers within each other, the object itself included.</summary>
    public const int DepthMax = 8;

    private readonly int[] _open = new int[DepthMax];
    private Token[] _tokens = new Token[128];
    private byte[] _bytes = new byte[4096];
    private int _used;

    public int Count { get; private set; }

    public JsonTokenType TypeOf(int token) => _tokens[token].Type;

    /// <summary>The token after this value and all it contains.</summary>
    public int After(int token) => _tokens[token].Next;

    /// <summary>A name or text unescaped, or a number as written.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => _bytes.AsSpan(_tokens[token].Start, _tokens[token].Length);

    /// <summary>Bytes at a place that <see cref="Place"/> or <see cref="Append"/> gave.</summary>
    public ReadOnlySpan<byte> Bytes(Place place) => _bytes.AsSpan(place.Start, place.Length);

    public Place PlaceOf(int token) => new(_tokens[token].Start, _tokens[token].Length);

    public string Text(int token) => Encoding.UTF8.GetString(Bytes(token));

    /// <summary>Keeps a rewritten value beside the line.</summary>
    public Place Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
        return new Place(_used - bytes.Length, bytes.Length);
    }

    /// <summary>Reads a line; null when it is one well-formed JSON value. What was read before a fault stays on the tape.</summary>
    public Rejection? Load(ReadOnlySpan<byte> json)
    {
        Count = 0;
        _used = 0;
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (!Utf8.IsValid(json))
            return new Rejection(ErrorCatalogue.InvalidUtf8, "");
        Append(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            return Fill(ref reader);
        }
        catch (JsonException e)
        {
            return new Rejection(ErrorCatalogue.MalformedJson, "", $"byte {e.BytePositionInLine + 1}");
        }
    }

    private Rejection? Fill(ref Utf8JsonReader reader)
    {
        var depth = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (depth == DepthMax)
                        return new Rejection(ErrorCatalogue.TooDeep, "");
                    _open[depth++] = Add(reader.TokenType, default);
                    // A container that a fault leaves open reaches beyond the tape, so that nothing in it is taken for a neighbour.
                    _tokens[Count - 1].Next = int.MaxValue;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _tokens[_open[--depth]].Next = Count;
                    break;
                default:
                    // Names and texts begin after their quote.
                    var isText = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String;
                    var place = new Place((int)reader.TokenStartIndex + (isText ? 1 : 0), reader.ValueSpan.Length);
                    if (isText && reader.ValueIsEscaped && !TryUnescape(reader.ValueSpan, out place))
                        return new Rejection(ErrorCatalogue.MalformedJson, "", $"byte {reader.TokenStartIndex + 1}, unpaired surrogate");
                    Add(reader.TokenType, place);
                    break;
            }
        }

        return null;
    }

    private int Add(JsonTokenType type, Place place)
    {
        if (Count == _tokens.Length)
            Array.Resize(ref _tokens, Count * 2);
        _tokens[Count] = new Token { Type = type, Start = place.Start, Length = place.Length, Next = Count + 1 };
        return Count++;
    }

    /// <summary>The reader has checked the form of each escape; only the pairing of surrogates is left to check.</summary>
    private bool TryUnescape(ReadOnlySpan<byte> escaped, out Place place)
    {
        Ensure(escaped.Length);
        var start = _used;
        var to = _bytes.AsSpan(start);
        var length = 0;
        place = default;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                to[length++] = escaped[i];
                continue;
            }

            switch (escaped[++i])
            {
                case (byte)'b': to[length++] = (byte)'\b'; break;
                case (byte)'f': to[length++] = (byte)'\f'; break;
                case (byte)'n': to[length++] = (byte)'\n'; break;
                case (byte)'r': to[length++] = (byte)'\r'; break;
                case (byte)'t': to[length++] = (byte)'\t'; break;
                case (byte)'u':
                    var unit = Hex(escaped.Slice(i + 1, 4));
                    i += 4;
                    Rune rune;
                    if (char.IsHighSurrogate(unit) && i + 6 < escaped.Length && escaped[i + 1] == '\\' && escaped[i + 2] == 'u')
                    {
                        if (!Rune.TryCreate(unit, Hex(escaped.Slice(i + 3, 4)), out rune))
                            return false;
                        i += 6;
                    }
                    else if (!Rune.TryCreate(unit, out rune))
                    {
                        return false;
                    }

                    length += rune.EncodeToUtf8(to[length..]);
                    break;
                default: to[length++] = escaped[i]; break;
            }
        }

        _used += length;
        place = new Place(start, length);
        return true;
    }

    private static char Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
            value = value * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return (char)value;
    }

    private void Ensure(int more)
    {
        if (_bytes.Length - _used < more)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + more));
    }

    private struct Token
    {
        public JsonTokenType Type;
        public int Start;
        public int Length;
        public int Next;
    }
}

/// <summary>Bytes of a tape.</summary>
internal readonly record struct Place(int Start, int Length);
