using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CreditGrains.Testing;

/// <summary>
/// An OpenID Connect issuer on loopback: its discovery document, its keys, tokens signed with them, and people who are signed in as soon as
/// they come (code flow without pages).
/// </summary>
public sealed class OpenIdIssuer : IAsyncDisposable
{
    public const string Audience = "credit";

    private readonly WebApplication _app;
    private readonly Dictionary<string, string> _nonces = [];
    private RsaSecurityKey _key = NewKey("k1");

    private OpenIdIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Claims of the identity token of whoever signs in, beside <c>sub</c> and <c>sid</c>.</summary>
    public Dictionary<string, object> IdentityClaims { get; } = new() { ["roles"] = new[] { "auditor" } };

    /// <summary>Answer of the UserInfo endpoint; null for none in the discovery document.</summary>
    public Dictionary<string, object>? UserInfo { get; set; }

    public static async Task<OpenIdIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new OpenIdIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(issuer.Description()));
        app.MapGet("/authorize", issuer.Authorize);
        app.MapPost("/token", issuer.RedeemAsync);
        app.MapGet("/userinfo", (HttpRequest request) =>
            request.Headers.Authorization == "Bearer opaque" ? Results.Json(issuer.UserInfo) : Results.Unauthorized());
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
        DateTime? issuedAt = null, string? type = null, TimeSpan? ahead = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Subject = new ClaimsIdentity([new Claim("sub", "clerk-7"), new Claim("roles", role)]),
            NotBefore = DateTime.UtcNow + (ahead ?? TimeSpan.FromHours(-2)),
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

    private Dictionary<string, object> Description()
    {
        var all = new Dictionary<string, object>
        {
            ["issuer"] = Address,
            ["jwks_uri"] = $"{Address}/keys",
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        };
        if (UserInfo is not null)
            all["userinfo_endpoint"] = $"{Address}/userinfo";
        return all;
    }

    private IResult Authorize(HttpRequest request)
    {
        var code = Guid.NewGuid().ToString("N");
        _nonces[code] = request.Query["nonce"].ToString();
        return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(request.Query["state"]!)}");
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var identity = Sign("JWT", new Dictionary<string, object>(IdentityClaims)
        {
            ["sub"] = Person, ["sid"] = Session, ["nonce"] = _nonces[form["code"]!],
        });
        return Results.Json(new Dictionary<string, object>
        {
            ["token_type"] = "Bearer", ["access_token"] = "opaque", ["id_token"] = identity, ["expires_in"] = 300,
        });
    }

    private static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };
}
