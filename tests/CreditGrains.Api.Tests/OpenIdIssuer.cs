using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CreditGrains.Api.Tests;

/// <summary>An OpenID Connect issuer on loopback: its discovery document, its keys, and tokens signed with them.</summary>
public sealed class OpenIdIssuer : IAsyncDisposable
{
    public const string Audience = "credit";

    private readonly WebApplication _app;
    private RsaSecurityKey _key = NewKey("k1");
    private string _nonce = "";

    private OpenIdIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<OpenIdIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new OpenIdIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = issuer.Address,
            ["jwks_uri"] = $"{issuer.Address}/keys",
            ["authorization_endpoint"] = $"{issuer.Address}/authorize",
            ["token_endpoint"] = $"{issuer.Address}/token",
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        }));
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer._key.Rsa.ExportParameters(false)));
            return Results.Json(new Dictionary<string, object>
            {
                ["keys"] = new[]
                {
                    new Dictionary<string, string>
                    {
                        ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = issuer._key.KeyId, ["n"] = key.N, ["e"] = key.E,
                    },
                },
            });
        });
        app.MapGet("/authorize", (string redirect_uri, string state, string nonce) =>
        {
            issuer._nonce = nonce;
            return Results.Redirect($"{redirect_uri}?code=code&state={Uri.EscapeDataString(state)}");
        });
        app.MapPost("/token", () => Results.Json(new Dictionary<string, object>
        {
            ["access_token"] = "none", ["token_type"] = "Bearer", ["expires_in"] = 300,
            ["id_token"] = issuer.Sign("JWT", new Dictionary<string, object>
            {
                ["sub"] = issuer.Person, ["sid"] = issuer.Session, ["roles"] = new[] { "auditor" }, ["nonce"] = issuer._nonce,
            }),
        }));
        await app.StartAsync();
        return issuer;
    }

    /// <summary>The person who signs in to the portal, and the issuer's session of it.</summary>
    public string Person { get; set; } = "clerk-7";

    public string Session { get; set; } = "s-1";

    /// <summary>A token for the portal, issued now, with claims of a test's own.</summary>
    public string Sign(
        string? type, IReadOnlyDictionary<string, object> claims, string audience = "creditgrains-portal", DateTime? at = null,
        SigningCredentials? credentials = null, string? issuer = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address, Audience = audience, TokenType = type, IssuedAt = at ?? DateTime.UtcNow,
            Expires = (at ?? DateTime.UtcNow).AddMinutes(10), Claims = claims.ToDictionary(),
            SigningCredentials = credentials ?? Credentials(),
        });

    /// <summary>Signs with another key from now on, and publishes it.</summary>
    public void ChangeKey(string id) => _key = NewKey(id);

    public string Token(
        string role, string audience = Audience, TimeSpan? life = null, SigningCredentials? credentials = null, string? issuer = null,
        DateTime? issuedAt = null, string? type = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Subject = new ClaimsIdentity([new Claim("sub", "clerk-7"), new Claim("roles", role)]),
            NotBefore = DateTime.UtcNow.AddHours(-2),
            Expires = DateTime.UtcNow + (life ?? TimeSpan.FromHours(1)),
            IssuedAt = issuedAt,
            TokenType = type,
            SigningCredentials = credentials ?? Credentials(),
        });

    /// <summary>The key in use.</summary>
    public SigningCredentials Credentials() => new(_key, SecurityAlgorithms.RsaSha256);

    /// <summary>A key of the same name that was never published.</summary>
    public SigningCredentials ForgedCredentials() => new(NewKey(_key.KeyId), SecurityAlgorithms.RsaSha256);

    /// <summary>The public key taken for a shared secret: the well-known confusion of algorithms.</summary>
    public SigningCredentials ConfusedCredentials() => new(
        new SymmetricSecurityKey(_key.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = _key.KeyId }, SecurityAlgorithms.HmacSha256);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };
}
