using CreditGrains.Engine.Storage;
using CreditGrains.Development;
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CreditGrains.Development;

/// <summary>
/// Issues bearer tokens (compact JWT, ES256) for the embedded host on a developer's machine. Its key lies in the data directory,
/// readable by its owner only; a server accepts its tokens only while it listens on loopback.
/// </summary>
public sealed class DevelopmentIssuer : IDisposable
{
    public const string Issuer = "urn:creditgrains:dev";
    public const string Audience = "creditgrains";
    private const string KeyFile = "dev-issuer.key";
    private static readonly string[] KnownRoles =
        ["source", "checker", "reviewer", "policy-author", "policy-approver", "subject", "auditor", "operator"];

    private readonly ECDsa _key;
    private readonly TimeProvider _time;
    private readonly string _directory;

    private DevelopmentIssuer(ECDsa key, string directory, TimeProvider time)
    {
        _key = key;
        _directory = directory;
        _time = time;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 12));
    }

    /// <summary>The roles there are.</summary>
    public static IReadOnlyList<string> Roles => KnownRoles;

    /// <summary>Names the key in tokens.</summary>
    public string KeyId { get; }

    /// <summary>The public half, for whoever validates.</summary>
    public ECParameters PublicKey => _key.ExportParameters(includePrivateParameters: false);

    /// <summary>Reads the data directory's key; makes directory and key when there is none.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory or key may not be read or written.</exception>
    /// <exception cref="InvalidDataException">The key file holds no key.</exception>
    public static DevelopmentIssuer Open(string dataDirectory) => Open(dataDirectory, TimeProvider.System);

    /// <inheritdoc cref="Open(string)"/>
    public static DevelopmentIssuer Open(string dataDirectory, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var pem = PrivateFile.ReadOrCreate(Path.Combine(dataDirectory, KeyFile), static () =>
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return Encoding.ASCII.GetBytes(fresh.ExportPkcs8PrivateKeyPem());
        });
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return new DevelopmentIssuer(key, dataDirectory, time);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{KeyFile} in the data directory holds no key. Delete it; a new one is made.", exception);
        }
    }

    /// <summary>A signed token, by the clock of the data directory's server (<see cref="DevelopmentClock"/>).</summary>
    /// <param name="roles">At least one of <see cref="Roles"/>.</param>
    /// <param name="source">For role <c>source</c>: the reporting department.</param>
    /// <param name="subject">For role <c>subject</c>: the organisation's normalised code.</param>
    /// <param name="name">Name for the access log; null takes the first role.</param>
    /// <param name="validity">More than zero, at most a year.</param>
    /// <exception cref="ArgumentException">An unknown role, none, or a validity out of range.</exception>
    public string Issue(IReadOnlyCollection<string> roles, string? source, string? subject, string? name, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(roles);
        if (roles.Count == 0 || roles.FirstOrDefault(role => !KnownRoles.Contains(role)) is not null)
            throw new ArgumentException($"Roles are one or more of: {string.Join(", ", KnownRoles)}.", nameof(roles));
        if (validity <= TimeSpan.Zero || validity > TimeSpan.FromDays(366))
            throw new ArgumentOutOfRangeException(nameof(validity), "A token is valid for more than nothing and at most a year.");
        var now = (_time.GetUtcNow() + DevelopmentClock.Ahead(_directory)).ToUnixTimeSeconds();
        var header = Json(json =>
        {
            json.WriteString("alg", "ES256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", KeyId);
        });
        var claims = Json(json =>
        {
            json.WriteString("iss", Issuer);
            json.WriteString("aud", Audience);
            json.WriteString("sub", name ?? (source is null ? $"dev-{roles.First()}" : $"dev-{source}"));
            if (name is not null)
                json.WriteString("name", name);
            json.WriteStartArray("roles");
            foreach (var role in roles)
                json.WriteStringValue(role);
            json.WriteEndArray();
            if (source is not null)
                json.WriteString("source", source);
            if (subject is not null)
                json.WriteString("subject", subject);
            json.WriteNumber("iat", now);
            json.WriteNumber("nbf", now - 5);
            json.WriteNumber("exp", now + (long)validity.TotalSeconds);
        });
        var signed = $"{header}.{claims}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
