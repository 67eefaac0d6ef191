using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Signatures;

/// <summary>
/// Signs with the store's key of one use, and with its successor once an operator has rotated it on any node. A signature that has begun
/// is finished with the key that it began with.
/// </summary>
public sealed class RotatedSigner : IContentSigner, IDisposable
{
    private readonly IControlStore _control;
    private readonly List<SigningKey> _keys;
    private volatile SigningKey _current;

    /// <param name="control">Where the key is kept.</param>
    /// <param name="first">The key that signs at first.</param>
    /// <param name="storedAs">Name of its document (<see cref="StoreKeys"/>); null where it is one of a file, which is not rotated.</param>
    internal RotatedSigner(IControlStore control, SigningKey first, string? storedAs)
    {
        (_control, _current, StoredAs) = (control, first, storedAs);
        _keys = [first];
    }

    /// <summary>Name of the key's document; null for one of a file.</summary>
    internal string? StoredAs { get; }

    public IContentSigner Current => _current;

    public string KeyId => _current.KeyId;

    public string PublicKey => _current.PublicKey;

    public byte[] Sign(ReadOnlySpan<byte> content) => _current.Sign(content);

    public IContentSignature Begin() => _current.Begin();

    public void Dispose()
    {
        lock (_keys)
            _keys.ForEach(key => key.Dispose());
    }

    /// <summary>Takes over the key that the store has now.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        if (StoredAs is null || await _control.FindAsync(StoreKeys.Kind, StoredAs, cancellation).ConfigureAwait(false) is not { } document)
            return;
        var key = SigningKey.OfStore(StoredAs, StoreKeys.Read(document).Key);

        // Former ones are kept to the end: another thread may be signing with one.
        lock (_keys)
        {
            if (key.KeyId == _current.KeyId)
            {
                key.Dispose();
                return;
            }

            _keys.Add(key);
            _current = key;
        }
    }
}
