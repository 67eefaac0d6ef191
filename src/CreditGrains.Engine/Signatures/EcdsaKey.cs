using System.Security.Cryptography;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Engine.Signatures;

/// <summary>A key of ECDSA P-256 over SHA-256.</summary>
internal sealed class EcdsaKey : SigningKey
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private readonly ECDsa _key;

    private EcdsaKey(ECDsa key)
        : base(ReportKeys.IdOf(key.ExportSubjectPublicKeyInfo()), key.ExportSubjectPublicKeyInfoPem()) => _key = key;

    /// <summary>A new private key as PEM (PKCS #8).</summary>
    public static string Make()
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return fresh.ExportPkcs8PrivateKeyPem();
    }

    /// <exception cref="ArgumentException">The text is no private key as PEM.</exception>
    /// <exception cref="CryptographicException">The key is of another kind or curve.</exception>
    public static EcdsaKey Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value is Curve
                ? new EcdsaKey(key) : throw new CryptographicException("The key is of another curve.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> content) =>
        _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public override IContentSignature Begin() => new InPieces(_key);

    public override void Dispose() => _key.Dispose();

    private sealed class InPieces(ECDsa key) : IContentSignature
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Append(ReadOnlySpan<byte> piece) => _hash.AppendData(piece);

        public byte[] Sign() => key.SignHash(_hash.GetHashAndReset(), DSASignatureFormat.Rfc3279DerSequence);

        public void Dispose() => _hash.Dispose();
    }
}
