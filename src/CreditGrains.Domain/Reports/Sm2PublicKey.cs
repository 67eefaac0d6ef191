using System.Buffers.Text;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// A public key of SM2 (GB/T 32918.2-2016), which .NET has no type for. What is signed is SM3 over the signer's identity and the content.
/// </summary>
public sealed class Sm2PublicKey
{
    /// <summary>Beginning of the ids of such keys; no id of an ECDSA key has a dot.</summary>
    public const string IdPrefix = "sm2.";

    private const int CoordinateBytes = 32;
    private readonly ECPublicKeyParameters _key;

    private Sm2PublicKey(ECPublicKeyParameters key)
    {
        _key = key;
        Encoded = SubjectPublicKeyInfoFactoryOf(key);
        Id = IdPrefix + ReportKeys.IdOf(Encoded);
    }

    /// <summary>Identity of a signer where none other is agreed on: GB/T 35276-2017, 10.</summary>
    public static ReadOnlySpan<byte> SignerId => "1234567812345678"u8;

    /// <summary>Prefix and the first 12 bytes of SHA-256 over <see cref="Encoded"/>, in base64url.</summary>
    public string Id { get; }

    /// <summary>SubjectPublicKeyInfo in DER (RFC 5280), the curve by its name.</summary>
    public byte[] Encoded { get; }

    /// <summary>As PEM.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", Encoded);

    /// <summary>The point's coordinates in base64url, 32 bytes each.</summary>
    public (string X, string Y) Point
    {
        get
        {
            var point = _key.Q.Normalize();
            return (Base64Url.EncodeToString(point.AffineXCoord.GetEncoded()), Base64Url.EncodeToString(point.AffineYCoord.GetEncoded()));
        }
    }

    /// <summary>The public half of a private key.</summary>
    public static Sm2PublicKey Of(ECPrivateKeyParameters key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new Sm2PublicKey(
            new ECPublicKeyParameters("EC", key.Parameters.G.Multiply(key.D), GMObjectIdentifiers.sm2p256v1));
    }

    /// <summary>Reads a SubjectPublicKeyInfo; null where its curve is another.</summary>
    /// <exception cref="CryptographicException">The bytes are no such structure, or the point is none of the curve.</exception>
    public static Sm2PublicKey? Read(byte[] encoded)
    {
        try
        {
            var info = SubjectPublicKeyInfo.GetInstance(encoded);
            if (!info.Algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey)
                || !GMObjectIdentifiers.sm2p256v1.Equals(info.Algorithm.Parameters))
                return null;
            return new Sm2PublicKey((ECPublicKeyParameters)PublicKeyFactory.CreateKey(info));
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or InvalidCastException or Asn1Exception)
        {
            throw new CryptographicException("The public key cannot be read.", fault);
        }
    }

    /// <summary>The key of a point.</summary>
    /// <param name="x">Coordinate in base64url.</param>
    /// <param name="y">Coordinate in base64url.</param>
    /// <exception cref="ArgumentException">The point is none of the curve.</exception>
    /// <exception cref="FormatException">A coordinate is no base64url.</exception>
    public static Sm2PublicKey OfPoint(string x, string y)
    {
        var curve = GMNamedCurves.GetByOid(GMObjectIdentifiers.sm2p256v1).Curve;
        byte[] encoded = [4, .. Coordinate(x), .. Coordinate(y)];
        return new Sm2PublicKey(new ECPublicKeyParameters("EC", curve.DecodePoint(encoded), GMObjectIdentifiers.sm2p256v1));
    }

    /// <summary>Whether a signature in DER is one of the key over the bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        var signer = new SM2Signer();
        signer.Init(forSigning: false, new ParametersWithID(_key, SignerId.ToArray()));
        signer.BlockUpdate(content);
        return signer.VerifySignature(signature.ToArray());
    }

    private static byte[] Coordinate(string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length == CoordinateBytes ? bytes : throw new ArgumentException("A coordinate of SM2 has 32 bytes.", nameof(text));
    }

    private static byte[] SubjectPublicKeyInfoFactoryOf(ECPublicKeyParameters key) => new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey, GMObjectIdentifiers.sm2p256v1), key.Q.GetEncoded(compressed: false))
        .GetDerEncoded();
}
