using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace CreditGrains.Engine.Tokens;

/// <summary>
/// A point of the journal: positions of some or all shards, the instant it was made, and the store it belongs to. Opaque to callers:
/// base64url of a version byte, the store's incarnation, the instant and (shard, position) pairs.
/// </summary>
public sealed class Token
{
    private const byte Version = 1;
    private const int MaxShards = 4096;
    private readonly (int Shard, long Position)[] _positions;

    public Token(uint incarnation, DateTimeOffset at, IEnumerable<(int Shard, long Position)> positions)
        : this(incarnation, at, positions.OrderBy(pair => pair.Shard).ToArray())
    {
    }

    private Token(uint incarnation, DateTimeOffset at, (int Shard, long Position)[] positions)
    {
        Incarnation = incarnation;
        At = at;
        _positions = positions;
    }

    /// <summary>The store it belongs to.</summary>
    public uint Incarnation { get; }

    /// <summary>When it was made, to the millisecond.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Positions in order of the shards.</summary>
    internal IReadOnlyList<(int Shard, long Position)> Positions => _positions;

    /// <summary>The position of a shard; null where the token says nothing of it.</summary>
    public long? PositionOf(int shard)
    {
        foreach (var (candidate, position) in _positions)
        {
            if (candidate == shard)
                return position;
        }

        return null;
    }

    /// <summary>The text of a token for a single shard, without making the token.</summary>
    public static string Text(uint incarnation, DateTimeOffset at, int shard, long position)
    {
        Span<byte> bytes = stackalloc byte[40];
        var length = Begin(bytes, incarnation, at);
        length += Varint(bytes[length..], (ulong)shard);
        length += Varint(bytes[length..], (ulong)position);
        return Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>Reads a token; false when the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Token? token)
    {
        token = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxShards * 16 || !Base64Url.IsValid(text))
            return false;
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < 6 || bytes[0] != Version)
            return false;
        var incarnation = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        bytes = bytes[5..];
        if (!TryVarint(ref bytes, out var millis) || millis > 253_402_300_799_999)
            return false;
        var positions = new List<(int, long)>();
        while (bytes.Length > 0)
        {
            if (!TryVarint(ref bytes, out var shard) || shard >= MaxShards || !TryVarint(ref bytes, out var position)
                || position > long.MaxValue || (positions.Count > 0 && (int)shard <= positions[^1].Item1))
                return false;
            positions.Add(((int)shard, (long)position));
        }

        token = new Token(incarnation, DateTimeOffset.FromUnixTimeMilliseconds((long)millis), positions.ToArray());
        return true;
    }

    public override string ToString()
    {
        var bytes = new byte[20 + (_positions.Length * 20)];
        var length = Begin(bytes, Incarnation, At);
        foreach (var (shard, position) in _positions)
        {
            length += Varint(bytes.AsSpan(length), (ulong)shard);
            length += Varint(bytes.AsSpan(length), (ulong)position);
        }

        return Base64Url.EncodeToString(bytes.AsSpan(0, length));
    }

    private static int Begin(Span<byte> bytes, uint incarnation, DateTimeOffset at)
    {
        bytes[0] = Version;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], incarnation);
        return 5 + Varint(bytes[5..], (ulong)at.ToUnixTimeMilliseconds());
    }

    private static int Varint(Span<byte> bytes, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        return length;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 63 && bytes.Length > 0; shift += 7)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return true;
        }

        return false;
    }
}
