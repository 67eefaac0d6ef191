using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Access;

namespace CreditGrains.Api.Requests;

/// <summary>
/// Opaque cursors of lists, signed with a key of the data directory, so that nobody makes up one or uses it on another list.
/// Base64url of 16 bytes of HMAC-SHA-256 and the place.
/// </summary>
internal sealed class Cursors
{
    private const int MarkBytes = 16;
    private const int CursorCharsMax = 2048;
    private readonly byte[] _key;

    private Cursors(byte[] key) => _key = key;

    public static Cursors Open(string dataDirectory)
    {
        var key = PrivateFile.ReadOrCreate(Path.Combine(dataDirectory, "cursor.key"), static () => RandomNumberGenerator.GetBytes(32));
        return new Cursors(key);
    }

    /// <param name="list">Which list, with everything that selects its rows.</param>
    /// <param name="place">Where the next page begins.</param>
    public string Make(string list, string place)
    {
        var text = Encoding.UTF8.GetBytes(place);
        var bytes = new byte[MarkBytes + text.Length];
        Mark(list, text).CopyTo(bytes.AsSpan());
        text.CopyTo(bytes, MarkBytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The place; null when there is no cursor.</summary>
    /// <exception cref="RequestRefusedException">It is not a cursor of this list.</exception>
    public string? Read(string list, string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        if (cursor.Length > CursorCharsMax || !Base64Url.IsValid(cursor))
            throw new RequestRefusedException(ErrorCatalogue.MalformedCursor, "/query/cursor");
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < MarkBytes || !CryptographicOperations.FixedTimeEquals(bytes[..MarkBytes], Mark(list, bytes[MarkBytes..])))
            throw new RequestRefusedException(ErrorCatalogue.MalformedCursor, "/query/cursor");
        return Encoding.UTF8.GetString(bytes[MarkBytes..]);
    }

    private ReadOnlySpan<byte> Mark(string list, ReadOnlySpan<byte> place)
    {
        var name = Encoding.UTF8.GetBytes(list);
        var signed = new byte[4 + name.Length + place.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(signed, name.Length);
        name.CopyTo(signed, 4);
        place.CopyTo(signed.AsSpan(4 + name.Length));
        return HMACSHA256.HashData(_key, signed).AsSpan(0, MarkBytes);
    }
}
