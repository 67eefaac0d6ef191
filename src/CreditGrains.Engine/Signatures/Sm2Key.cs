using System.Security.Cryptography;
using CreditGrains.Domain.Reports;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace CreditGrains.Engine.Signatures;

/// <summary>A key of SM2 over SM3 (GB/T 32918.2-2016), by BouncyCastle: .NET has no such type.</summary>
internal sealed class Sm2Key : SigningKey
{
    private const int KeyBits = 256;
    private readonly ECPrivateKeyParameters _key;

    private Sm2Key(ECPrivateKeyParameters key, Sm2PublicKey shown)
        : base(shown.Id, shown.Pem) => _key = key;

    /// <summary>A new private key as PEM (PKCS #8), as <c>openssl ecparam -name SM2 -genkey</c> writes one.</summary>
    public static string Make()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var key = (ECPrivateKeyParameters)pair.Private;
        var shown = (ECPublicKeyParameters)pair.Public;
        var info = new PrivateKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey, GMObjectIdentifiers.sm2p256v1),
            new ECPrivateKeyStructure(KeyBits, key.D, new DerBitString(shown.Q.GetEncoded(compressed: false)), null));
        return PemEncoding.WriteString("PRIVATE KEY", info.GetDerEncoded());
    }

    /// <summary>Reads a private key; null where it is none of SM2.</summary>
    /// <exception cref="ArgumentException">The text is no PEM.</exception>
    /// <exception cref="CryptographicException">The key cannot be read.</exception>
    public static Sm2Key? Read(string pem)
    {
        var fields = PemEncoding.Find(pem);
        if (pem[fields.Label] is not "PRIVATE KEY")
            return null;
        try
        {
            var info = PrivateKeyInfo.GetInstance(Convert.FromBase64String(pem[fields.Base64Data]));
            if (!GMObjectIdentifiers.sm2p256v1.Equals(info.PrivateKeyAlgorithm.Parameters))
                return null;
            var key = (ECPrivateKeyParameters)PrivateKeyFactory.CreateKey(info);
            return new Sm2Key(key, Sm2PublicKey.Of(key));
        }
        catch (Exception fault) when (
            fault is IOException or InvalidCastException or Asn1Exception or InvalidOperationException or GeneralSecurityException)
        {
            throw new CryptographicException("The private key cannot be read.", fault);
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> content)
    {
        using var signature = Begin();
        signature.Append(content);
        return signature.Sign();
    }

    public override IContentSignature Begin() => new InPieces(_key);

    public override void Dispose()
    {
    }

    private sealed class InPieces : IContentSignature
    {
        private readonly SM2Signer _signer = new();

        public InPieces(ECPrivateKeyParameters key) =>
            _signer.Init(forSigning: true, new ParametersWithID(
                new ParametersWithRandom(key, new SecureRandom()), Sm2PublicKey.SignerId.ToArray()));

        public void Append(ReadOnlySpan<byte> piece) => _signer.BlockUpdate(piece);

        public byte[] Sign() => _signer.GenerateSignature();

        public void Dispose()
        {
        }
    }
}
