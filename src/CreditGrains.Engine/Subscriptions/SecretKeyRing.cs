using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Encrypts secrets that stand in the database, by AES-256 in GCM, with keys that do not: a reader of the database, an archive or a
/// backup of it learns none. The first key encrypts, the others still decrypt, so that the key can be changed.
/// </summary>
public sealed class SecretKeyRing
{
    private const string Begin = "aes256gcm:";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeysMax = 16;
    private readonly List<(string Id, byte[] Key)> _keys;

    private SecretKeyRing(List<(string Id, byte[] Key)> keys) => _keys = keys;

    /// <summary>
    /// Reads a key file: one key a line, 32 bytes in base64. Where there is none, one with a new key is made, for its owner only.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="mayMake">Whether one may be made.</param>
    /// <returns>Null where there is none and none may be made.</returns>
    /// <exception cref="IOException">The file cannot be read or made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    /// <exception cref="InvalidDataException">The file holds no keys.</exception>
    public static SecretKeyRing? Open(string path, bool mayMake)
    {
        if (!mayMake && !File.Exists(path))
            return null;
        var text = PrivateFile.ReadOrCreate(
            path, static () => Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
        return Parse(Encoding.ASCII.GetString(text))
            ?? throw new InvalidDataException(
                $"{path} holds no keys: 1 to {KeysMax} lines of {KeyBytes} bytes in base64 (openssl rand -base64 32).");
    }

    /// <summary>Keys of a text, one a line; null where it holds none, or something else.</summary>
    public static SecretKeyRing? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new List<(string, byte[])>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var key = new byte[KeyBytes + 1];
            if (!Convert.TryFromBase64String(line, key, out var length) || length != KeyBytes)
                return null;
            var exact = key[..KeyBytes];
            keys.Add((Convert.ToHexStringLower(SHA256.HashData(exact).AsSpan(0, 4)), exact));
        }

        return keys.Count is > 0 and <= KeysMax ? new SecretKeyRing(keys) : null;
    }

    /// <summary>Whether a stored secret is encrypted.</summary>
    public static bool IsProtected(string stored) => stored.StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>The id of the key that a stored secret is encrypted with: the first eight digits of its SHA-256.</summary>
    public static string KeyIdOf(string stored) => stored.Split(':') is [_, var id, _] ? id : "";

    /// <summary>Whether a stored secret can be decrypted.</summary>
    public bool Has(string keyId) => _keys.Any(key => key.Id == keyId);

    /// <summary>Whether a stored secret is encrypted with the key that encrypts now.</summary>
    public bool IsCurrent(string stored) => IsProtected(stored) && KeyIdOf(stored) == _keys[0].Id;

    /// <summary>Encrypts.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="place">To what it belongs: decrypted elsewhere, it is refused.</param>
    public string Protect(string secret, string place)
    {
        var (id, key) = _keys[0];
        var content = Encoding.UTF8.GetBytes(secret);
        var box = new byte[NonceBytes + TagBytes + content.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            box.AsSpan(0, NonceBytes), content, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(place));
        return $"{Begin}{id}:{Convert.ToBase64String(box)}";
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="StoreException">The key is not here, or the text was changed or belongs elsewhere.</exception>
    public string Unprotect(string stored, string place)
    {
        var id = KeyIdOf(stored);
        if (_keys.FirstOrDefault(key => key.Id == id).Key is not { } key)
            throw Missing(id);
        try
        {
            var box = Convert.FromBase64String(stored[(Begin.Length + id.Length + 1)..]);
            var content = new byte[box.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(
                box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), content,
                Encoding.UTF8.GetBytes(place));
            return Encoding.UTF8.GetString(content);
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException or OverflowException)
        {
            throw new StoreException($"The secret of {place} was changed in the database: make the subscription anew.", StoreFault.Corrupt);
        }
    }

    /// <summary>Says which key is wanted and where it goes.</summary>
    public static StoreException Missing(string keyId) => new(
        $"The secrets of subscriptions are encrypted with key {keyId}, which is not here: put the key file of the node that made them in "
        + "place (Engine:Subscriptions:KeyFile; by default webhook.key in the data directory), the same for every node.",
        StoreFault.Corrupt);
}
