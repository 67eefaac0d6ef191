using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Reports;

/// <summary>The public keys of an issuer of reports, the present one and former ones: PEM, or a JSON Web Key Set (RFC 7517).</summary>
public sealed class ReportKeys
{
    private const int TextCharsMax = 1024 * 1024;
    private const int KeysMax = 1000;
    private const int KeyIdBytes = 12;
    private const int CoordinateBytes = 32;

    /// <summary>Curve and algorithm as the drafts of SM2 in JOSE name them; neither is registered.</summary>
    private const string Sm2Curve = "SM2";

    private readonly Dictionary<string, byte[]> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sm2PublicKey> _sm2ById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeyRevocation> _revoked = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];

    /// <summary>Ids of the keys, in the order of the text.</summary>
    public IReadOnlyCollection<string> Ids => _ids;

    /// <summary>
    /// The id of a key: the first 12 bytes of SHA-256 over its SubjectPublicKeyInfo, in base64url; that of one of SM2 has a prefix
    /// (<see cref="Sm2PublicKey.Id"/>).
    /// </summary>
    public static string IdOf(ReadOnlySpan<byte> publicKey) =>
        Base64Url.EncodeToString(SHA256.HashData(publicKey).AsSpan(0, KeyIdBytes));

    /// <summary>Reads keys from PEM blocks or a key set.</summary>
    /// <exception cref="InvalidDataException">The text is neither, or holds no key of P-256 or SM2.</exception>
    public static ReportKeys Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > TextCharsMax)
            throw new InvalidDataException("The keys are longer than keys are.");
        var keys = new ReportKeys();
        try
        {
            if (text.TrimStart().StartsWith('{'))
                keys.AddSet(text);
            else
                keys.AddPem(text);
        }
        catch (Exception exception) when (
            exception is JsonException or FormatException or CryptographicException or ArgumentException or InvalidOperationException
                or KeyNotFoundException)
        {
            throw new InvalidDataException("These are no public keys: PEM blocks, or a JSON Web Key Set.", exception);
        }

        return keys._ids.Count > 0 ? keys : throw new InvalidDataException("There is no public key of P-256 or SM2 among them.");
    }

    /// <summary>The revocation of a key; null for one that is trusted, or not among these.</summary>
    public KeyRevocation? RevocationOf(string keyId) => _revoked.GetValueOrDefault(keyId);

    /// <summary>Public keys as a key set. A revoked one says so in members <c>revokedAt</c> and <c>revokedReason</c>.</summary>
    public static string WriteSet(IEnumerable<PublishedKey> published)
    {
        ArgumentNullException.ThrowIfNull(published);
        var keys = new JsonArray();
        foreach (var one in published)
        {
            var key = WriteKey(one.Pem);
            if (one.Revocation is { } revocation)
            {
                key["revokedAt"] = revocation.At.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
                key["revokedReason"] = revocation.Reason;
            }

            keys.Add(key);
        }

        return new JsonObject { ["keys"] = keys }.ToJsonString();
    }

    private static JsonObject WriteKey(string pem)
    {
        if (Sm2PublicKey.Read(EncodedOf(pem)) is { } sm2)
        {
            return new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = Sm2Curve,
                ["use"] = "sig",
                ["alg"] = Sm2Curve,
                ["kid"] = sm2.Id,
                ["x"] = sm2.Point.X,
                ["y"] = sm2.Point.Y,
            };
        }

        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = IdOf(key.ExportSubjectPublicKeyInfo()),
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    /// <summary>Whether a signature in DER is one of that key over the bytes; false for a key that is not among these.</summary>
    public bool Verify(string keyId, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        if (_sm2ById.TryGetValue(keyId, out var sm2))
            return sm2.Verify(content, signature);
        if (!_byId.TryGetValue(keyId, out var publicKey))
            return false;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private void AddPem(string text)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields) && _ids.Count < KeysMax)
        {
            if (rest[fields.Label] is "PUBLIC KEY")
                Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()));

            rest = rest[fields.Location.End..];
        }
    }

    private void AddSet(string text)
    {
        using var set = JsonDocument.Parse(text);
        foreach (var one in set.RootElement.GetProperty("keys").EnumerateArray().Take(KeysMax))
        {
            if (one.GetProperty("kty").GetString() != "EC")
                continue;
            if (one.GetProperty("crv").GetString() == Sm2Curve)
            {
                var sm2 = Sm2PublicKey.OfPoint(one.GetProperty("x").GetString()!, one.GetProperty("y").GetString()!);
                Add(sm2);
                Revoke(sm2.Id, one);
            }

            if (one.GetProperty("crv").GetString() != "P-256")
                continue;
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Coordinate(one, "x"), Y = Coordinate(one, "y") },
            });
            Add(key);
            Revoke(IdOf(key.ExportSubjectPublicKeyInfo()), one);
        }
    }

    /// <summary>A key that the text names twice is revoked where either says so.</summary>
    private void Revoke(string id, JsonElement key)
    {
        if (!key.TryGetProperty("revokedAt", out var at))
            return;
        var reason = key.TryGetProperty("revokedReason", out var text) ? text.GetString() : null;
        _revoked[id] = new KeyRevocation(at.GetDateTimeOffset(), reason ?? "");
    }

    private void Add(byte[] encoded)
    {
        if (Sm2PublicKey.Read(encoded) is { } sm2)
        {
            Add(sm2);
            return;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(encoded, out _);
        Add(key);
    }

    private void Add(Sm2PublicKey key)
    {
        if (_sm2ById.TryAdd(key.Id, key))
            _ids.Add(key.Id);
    }

    private void Add(ECDsa key)
    {
        if (key.KeySize != CoordinateBytes * 8)
            return;
        var publicKey = key.ExportSubjectPublicKeyInfo();
        if (_byId.TryAdd(IdOf(publicKey), publicKey))
            _ids.Add(IdOf(publicKey));
    }

    private static byte[] EncodedOf(string pem)
    {
        var fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    private static byte[] Coordinate(JsonElement key, string name) =>
        Base64Url.DecodeFromChars(key.GetProperty(name).GetString()!);
}
