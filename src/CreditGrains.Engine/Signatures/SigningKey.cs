using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Signatures;

/// <summary>Signs by ECDSA P-256 over SHA-256 with a key of the store, which all its nodes share, or with one of a file.</summary>
public sealed class SigningKey : IContentSigner, IDisposable
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 12));
    }

    public string KeyId { get; }

    /// <summary>The public half as PEM, for whoever verifies.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>
    /// Reads the store's key of summaries. Where it has none, that of the data directory is taken over, or one is made.
    /// </summary>
    /// <param name="control">Where the key is kept.</param>
    /// <param name="dataDirectory">Where former builds kept it; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The former file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The stored document is no key.</exception>
    public static Task<SigningKey> OfSummariesAsync(
        IControlStore control, string? dataDirectory, CancellationToken cancellation) =>
        OpenAsync(control, "summary", dataDirectory is null ? null : Path.Combine(dataDirectory, "summary.key"), cancellation);

    /// <summary>Reads the key of credit reports: that of a file, else the store's, which is made where it has none.</summary>
    /// <param name="control">Where the key is kept.</param>
    /// <param name="file">A private key of P-256 as PEM, without a password; null for the store's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The stored document, or the file, is no such key.</exception>
    public static async Task<SigningKey> OfReportsAsync(IControlStore control, string? file, CancellationToken cancellation)
    {
        if (file is null)
            return await OpenAsync(control, "report", null, cancellation).ConfigureAwait(false);
        var pem = await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false);
        return Read(
            pem, $"{file} holds no private key of P-256 as PEM without a password: openssl ecparam -name prime256v1 -genkey -noout");
    }

    private static async Task<SigningKey> OpenAsync(
        IControlStore control, string name, string? file, CancellationToken cancellation)
    {
        var pem = await StoreKeys.ReadOrMakeAsync(
            control, name, file,
            static () =>
            {
                using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                return Encoding.ASCII.GetBytes(fresh.ExportPkcs8PrivateKeyPem());
            },
            cancellation).ConfigureAwait(false);
        return Read(Encoding.ASCII.GetString(pem), $"The store's key '{name}' is none: restore a backup.");
    }

    private static SigningKey Read(string pem, string fault)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value is not Curve)
                throw new CryptographicException("The key is of another curve.");
            return new SigningKey(key);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException(fault, exception);
        }
    }

    /// <summary>The signature in DER (RFC 3279), which OpenSSL and its kin verify as it is.</summary>
    public byte[] Sign(ReadOnlySpan<byte> content) =>
        _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public byte[] SignHash(ReadOnlySpan<byte> sha256) => _key.SignHash(sha256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
