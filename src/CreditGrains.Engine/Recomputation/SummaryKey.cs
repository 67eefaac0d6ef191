using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Access;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Signs summaries by ECDSA P-256 over SHA-256 with a key of the data directory, readable by its owner only.</summary>
public sealed class SummaryKey : ISummarySigner, IDisposable
{
    private const string KeyFile = "summary.key";
    private readonly ECDsa _key;

    private SummaryKey(ECDsa key)
    {
        _key = key;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 12));
    }

    public string KeyId { get; }

    /// <summary>The public half as PEM, for whoever verifies.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Reads the data directory's key; makes one when there is none.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory or key may not be read or written.</exception>
    /// <exception cref="InvalidDataException">The key file holds no key.</exception>
    public static SummaryKey Open(string dataDirectory)
    {
        var pem = PrivateFile.ReadOrCreate(Path.Combine(dataDirectory, KeyFile), static () =>
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return Encoding.ASCII.GetBytes(fresh.ExportPkcs8PrivateKeyPem());
        });
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return new SummaryKey(key);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{KeyFile} in the data directory holds no key. Restore it from the backup.", exception);
        }
    }

    /// <summary>The signature in DER (RFC 3279), which OpenSSL and its kin verify as it is.</summary>
    public byte[] Sign(ReadOnlySpan<byte> content) =>
        _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
