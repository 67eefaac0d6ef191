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
    private readonly TimeProvider _time;
    private volatile StoredKey _keys;
    private readonly uint _incarnation;
    private readonly bool _wasPutBack;

    private Cursors(StoredKey keys, uint incarnation, bool wasPutBack, TimeProvider time)
    {
        _keys = keys;
        _incarnation = incarnation;
        _wasPutBack = wasPutBack;
        _time = time;
    }

    /// <summary>With the store's key. Where it has none, that of the data directory is taken over, or one is made.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task<Cursors> OpenAsync(
        IStore store, string dataDirectory, TimeProvider time, CancellationToken cancellation)
    {
        var made = await StoreKeys.ReadOrMakeAsync(
            store.Control, KeyName, Path.Combine(dataDirectory, FormerFile), static () => RandomNumberGenerator.GetBytes(32), cancellation);
        var keys = await StoreKeys.FindAsync(store.Control, KeyName, cancellation) ?? new StoredKey(made, null, null);
        return new Cursors(keys, store.Incarnation, store.FormerIncarnations.Count > 0, time);
    }

    /// <summary>Takes over the key that an operator has changed. Cursors of the former one hold until the next change.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task FollowAsync(IStore store, CancellationToken cancellation) =>
        _keys = await StoreKeys.FindAsync(store.Control, KeyName, cancellation) ?? _keys;

    /// <param name="list">Which list, with everything that selects its rows.</param>
    /// <param name="place">Where the next page begins.</param>
    public string Make(string list, string place)
    {
        var text = Encoding.UTF8.GetBytes(place);
        var bytes = new byte[HeadBytes + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(MarkBytes), _incarnation);
        text.CopyTo(bytes, HeadBytes);
        Mark(KeyNow(), list, bytes.AsSpan(MarkBytes), isFormer: false).CopyTo(bytes.AsSpan());
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

    /// <summary>A new key is used once every node has had the time to take it over: else one would refuse cursors of another.</summary>
    private byte[] KeyNow() => _keys is { Former: { } former, From: { } from } && _time.GetUtcNow() < from ? former : _keys.Key;

    private bool IsMarked(string list, ReadOnlySpan<byte> bytes, bool isFormer)
    {
        var keys = _keys;
        return CryptographicOperations.FixedTimeEquals(bytes[..MarkBytes], Mark(keys.Key, list, bytes[MarkBytes..], isFormer))
            || (keys.Former is { } former
                && CryptographicOperations.FixedTimeEquals(bytes[..MarkBytes], Mark(former, list, bytes[MarkBytes..], isFormer)));
    }

    /// <summary>Former cursors differ in the sign of the length, so that neither form is taken for the other.</summary>
    private static ReadOnlySpan<byte> Mark(byte[] key, string list, ReadOnlySpan<byte> content, bool isFormer)
    {
        var name = Encoding.UTF8.GetBytes(list);
        var signed = new byte[4 + name.Length + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(signed, isFormer ? name.Length : -name.Length);
        name.CopyTo(signed, 4);
        content.CopyTo(signed.AsSpan(4 + name.Length));
        return HMACSHA256.HashData(key, signed).AsSpan(0, MarkBytes);
    }
}
