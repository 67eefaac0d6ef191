using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Signatures;

/// <summary>A key that signs what leaves the platform: one of the store, which all its nodes share, or one of a file.</summary>
public abstract class SigningKey : IContentSigner, IDisposable
{
    /// <summary>Name of the store's key of summaries, for ECDSA.</summary>
    internal const string SummaryKey = "summary";

    /// <summary>Name of the store's key of reports, for ECDSA.</summary>
    internal const string ReportKey = "report";

    private protected SigningKey(string keyId, string publicKey) => (KeyId, PublicKey) = (keyId, publicKey);

    public string KeyId { get; }

    /// <summary>The public half as PEM, for whoever verifies.</summary>
    public string PublicKey { get; }

    /// <summary>
    /// Reads the store's key of summaries. Where it has none, that of the data directory is taken over, or one is made.
    /// </summary>
    /// <param name="control">Where the key is kept.</param>
    /// <param name="algorithm">One of <see cref="SignatureNames"/>; each has a key of its own.</param>
    /// <param name="dataDirectory">Where former builds kept it; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The former file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The stored document is no key.</exception>
    public static Task<SigningKey> OfSummariesAsync(
        IControlStore control, string algorithm, string? dataDirectory, CancellationToken cancellation) =>
        OpenAsync(
            control, SummaryKey, algorithm, dataDirectory is null ? null : Path.Combine(dataDirectory, "summary.key"), cancellation);

    /// <summary>Reads the key of credit reports: that of a file, else the store's, which is made where it has none.</summary>
    /// <param name="control">Where the key is kept.</param>
    /// <param name="algorithm">One of <see cref="SignatureNames"/>, for the store's; that of a file is what it is.</param>
    /// <param name="file">A private key of P-256 or SM2 as PEM, without a password; null for the store's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The stored document, or the file, is no such key.</exception>
    public static async Task<SigningKey> OfReportsAsync(
        IControlStore control, string algorithm, string? file, CancellationToken cancellation)
    {
        if (file is null)
            return await OpenAsync(control, ReportKey, algorithm, null, cancellation).ConfigureAwait(false);
        var pem = await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false);
        return Read(
            pem, $"{file} holds no private key of P-256 or SM2 as PEM without a password: openssl genpkey -algorithm EC -pkeyopt "
            + "ec_paramgen_curve:P-256, or -algorithm SM2");
    }

    /// <summary>The signature in DER (RFC 3279), which OpenSSL and its kin verify as it is.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> content);

    public abstract IContentSignature Begin();

    public abstract void Dispose();

    private static async Task<SigningKey> OpenAsync(
        IControlStore control, string name, string algorithm, string? file, CancellationToken cancellation)
    {
        var isSm2 = algorithm == SignatureNames.Sm2;
        var stored = StoredAs(name, algorithm);
        var pem = await StoreKeys.ReadOrMakeAsync(control, stored, isSm2 ? null : file, () => Make(isSm2), cancellation)
            .ConfigureAwait(false);
        return OfStore(stored, pem);
    }

    /// <summary>Name under which the store keeps the key of a use.</summary>
    internal static string StoredAs(string name, string algorithm) =>
        algorithm == SignatureNames.Sm2 ? $"{name}-{SignatureNames.Sm2}" : name;

    /// <exception cref="InvalidDataException">The document's bytes are no key.</exception>
    internal static SigningKey OfStore(string stored, byte[] pem) =>
        Read(Encoding.ASCII.GetString(pem), $"The store's key '{stored}' is none: restore a backup.");

    /// <summary>A new private key as the store keeps it, of the algorithm of another one.</summary>
    internal static byte[] Make(bool isSm2) => Encoding.ASCII.GetBytes(isSm2 ? Sm2Key.Make() : EcdsaKey.Make());

    private static SigningKey Read(string pem, string fault)
    {
        try
        {
            return Sm2Key.Read(pem) ?? (SigningKey)EcdsaKey.Read(pem);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or FormatException)
        {
            throw new InvalidDataException(fault, exception);
        }
    }
}
