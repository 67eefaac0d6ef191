using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Signs summaries by ECDSA P-256 over SHA-256 with a key of the store, which all its nodes share.</summary>
public sealed class SummaryKey : ISummarySigner, IDisposable
{
    private const string KeyName = "summary";
    private const string FormerFile = "summary.key";
    private readonly ECDsa _key;

    private SummaryKey(ECDsa key)
    {
        _key = key;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 12));
    }

    public string KeyId { get; }

    /// <summary>The public half as PEM, for whoever verifies.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Reads the store's key. Where it has none, that of the data directory is taken over, or one is made.</summary>
    /// <param name="control">Where the key is kept.</param>
    /// <param name="dataDirectory">Where former builds kept it; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The former file cannot be read.</exception>
    /// <exception cref="InvalidDataException">What is kept is no key.</exception>
    public static async Task<SummaryKey> OpenAsync(IControlStore control, string? dataDirectory, CancellationToken cancellation)
    {
        var pem = await StoreKeys.ReadOrMakeAsync(
            control, KeyName, dataDirectory is null ? null : Path.Combine(dataDirectory, FormerFile),
            static () =>
            {
                using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                return Encoding.ASCII.GetBytes(fresh.ExportPkcs8PrivateKeyPem());
            },
            cancellation).ConfigureAwait(false);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return new SummaryKey(key);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException("The key of summaries in the store is none: restore a backup.", exception);
        }
    }

    /// <summary>The signature in DER (RFC 3279), which OpenSSL and its kin verify as it is.</summary>
    public byte[] Sign(ReadOnlySpan<byte> content) =>
        _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
