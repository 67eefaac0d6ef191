using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Requests;

/// <summary>
/// Opaque cursors of lists, signed with a key of the store, so that nobody makes up one or uses it on another list, and any node reads
/// those of the others. Base64url of 16 bytes of HMAC-SHA-256, the store's incarnation and the place. Those of former builds, without
/// incarnation, are good until the store is put back for the first time.
/// </summary>
internal sealed class Cursors
{
    private const string KeyName = "cursor";
    private const string FormerFile = "cursor.key";
    private const int MarkBytes = 16;
    private const int HeadBytes = MarkBytes + sizeof(uint);
    private const int CursorCharsMax = 2048;
    private readonly byte[] _key;
    private readonly uint _incarnation;
    private readonly bool _wasPutBack;

    public Cursors(byte[] key, uint incarnation, bool wasPutBack)
    {
        _key = key;
        _incarnation = incarnation;
        _wasPutBack = wasPutBack;
    }

    /// <summary>With the store's key. Where it has none, that of the data directory is taken over, or one is made.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task<Cursors> OpenAsync(IStore store, string dataDirectory, CancellationToken cancellation) => new(
        await StoreKeys.ReadOrMakeAsync(
            store.Control, KeyName, Path.Combine(dataDirectory, FormerFile), static () => RandomNumberGenerator.GetBytes(32), cancellation),
        store.Incarnation, store.FormerIncarnations.Count > 0);

    /// <param name="list">Which list, with everything that selects its rows.</param>
    /// <param name="place">Where the next page begins.</param>
    public string Make(string list, string place)
    {
        var text = Encoding.UTF8.GetBytes(place);
        var bytes = new byte[HeadBytes + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(MarkBytes), _incarnation);
        text.CopyTo(bytes, HeadBytes);
        Mark(list, bytes.AsSpan(MarkBytes), isFormer: false).CopyTo(bytes.AsSpan());
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The place; null when there is no cursor.</summary>
    /// <exception cref="RequestRefusedException">The text is no cursor of this list, or was issued before the store was put
    /// back.</exception>
    public string? Read(string list, string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        if (cursor.Length > CursorCharsMax || !Base64Url.IsValid(cursor))
            throw new RequestRefusedException(ErrorCatalogue.MalformedCursor, "/query/cursor");
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length >= HeadBytes && IsMarked(list, bytes, isFormer: false))
        {
            return BinaryPrimitives.ReadUInt32BigEndian(bytes[MarkBytes..]) == _incarnation
                ? Encoding.UTF8.GetString(bytes[HeadBytes..])
                : throw new RequestRefusedException(ErrorCatalogue.ForeignToken, "/query/cursor");
        }

        if (bytes.Length < MarkBytes || !IsMarked(list, bytes, isFormer: true))
            throw new RequestRefusedException(ErrorCatalogue.MalformedCursor, "/query/cursor");
        return _wasPutBack
            ? throw new RequestRefusedException(ErrorCatalogue.ForeignToken, "/query/cursor")
            : Encoding.UTF8.GetString(bytes[MarkBytes..]);
    }

    private bool IsMarked(string list, ReadOnlySpan<byte> bytes, bool isFormer) =>
        CryptographicOperations.FixedTimeEquals(bytes[..MarkBytes], Mark(list, bytes[MarkBytes..], isFormer));

    /// <summary>Former cursors differ in the sign of the length, so that neither form is taken for the other.</summary>
    private ReadOnlySpan<byte> Mark(string list, ReadOnlySpan<byte> content, bool isFormer)
    {
        var name = Encoding.UTF8.GetBytes(list);
        var signed = new byte[4 + name.Length + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(signed, isFormer ? name.Length : -name.Length);
        name.CopyTo(signed, 4);
        content.CopyTo(signed.AsSpan(4 + name.Length));
        return HMACSHA256.HashData(_key, signed).AsSpan(0, MarkBytes);
    }
}
