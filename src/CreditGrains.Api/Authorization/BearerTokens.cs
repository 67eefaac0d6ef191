using CreditGrains.Development;
using System.Security.Claims;
using System.Security.Cryptography;
using CreditGrains.Engine.AccessLog;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CreditGrains.Api.Authorization;

/// <summary>Accepts bearer tokens of an OpenID Connect issuer, or of the development issuer where none is configured.</summary>
internal static class BearerTokens
{
    private const string Prefix = "Bearer ";
    private const int TokenCharsMax = 16 * 1024;

    /// <summary>
    /// How far an issuer's clock may be ahead: a token that it has just given begins (<c>nbf</c>) at its own time. None ends later
    /// for that.
    /// </summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Signatures of tokens that are accepted of an issuer: by a public key alone, so that what is published signs nothing.
    /// </summary>
    public static IReadOnlyList<string> SignatureAlgorithms { get; } =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>The development issuer's public key; issuer and key are made when there are none.</summary>
    /// <exception cref="IOException">The data directory cannot be used.</exception>
    public static SecurityKey DevelopmentKey(string dataDirectory)
    {
        using var development = DevelopmentIssuer.Open(dataDirectory);
        return new ECDsaSecurityKey(ECDsa.Create(development.PublicKey)) { KeyId = development.KeyId };
    }

    /// <param name="bearer">The handler's options.</param>
    /// <param name="options">Names the issuer, if there is one.</param>
    /// <param name="development">The development issuer's key; null where an issuer is configured.</param>
    /// <param name="validated">Remembers what was validated.</param>
    /// <param name="time">The clock.</param>
    public static void Configure(
        JwtBearerOptions bearer, ApiOptions options, SecurityKey? development, ValidatedTokens validated, TimeProvider time)
    {
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.SaveToken = false;
        bearer.TimeProvider = time;
        var parameters = bearer.TokenValidationParameters;
        parameters.NameClaimType = "sub";
        parameters.RoleClaimType = "roles";
        parameters.ClockSkew = TimeSpan.Zero;
        parameters.RequireExpirationTime = true;
        parameters.RequireSignedTokens = true;
        if (options.Issuer is { } issuer)
        {
            bearer.Authority = issuer;
            bearer.Audience = options.Audience;
            bearer.RequireHttpsMetadata = !new Uri(issuer).IsLoopback;
            parameters.ValidAlgorithms = SignatureAlgorithms;
            parameters.ValidTypes = options.TokenTypes.Count > 0 ? options.TokenTypes : null;
            parameters.LifetimeValidator = (notBefore, expires, _, _) => IsAlive(time, AheadMax, notBefore, expires);
        }
        else
        {
            parameters.ValidIssuer = DevelopmentIssuer.Issuer;
            parameters.ValidAudience = DevelopmentIssuer.Audience;
            parameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
            parameters.IssuerSigningKey = development;
            parameters.LifetimeValidator = (notBefore, expires, _, _) => IsAlive(time, TimeSpan.Zero, notBefore, expires);
        }

        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                if (TokenOf(context.Request).Length > TokenCharsMax)
                    context.NoResult();
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                var identity = (ClaimsIdentity)context.Principal!.Identity!;
                var caller = new Caller(identity, new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero))
                {
                    IssuedAt = IssuedAt(context.SecurityToken) ?? default,
                };
                if (caller.Actor.Length is 0 or > 256)
                {
                    context.Fail("The token names nobody in claim sub.");
                    return Task.CompletedTask;
                }

                if (options.TokensFrom is { } from && !(IssuedAt(context.SecurityToken) >= from))
                {
                    context.Fail("The token was issued before those that are accepted.");
                    return Task.CompletedTask;
                }

                context.Principal = caller;
                if (TokenOf(context.Request) is { IsEmpty: false } token)
                    validated.Add(token.ToString(), caller);
                return Task.CompletedTask;
            },
        };
    }

    private static bool IsAlive(TimeProvider time, TimeSpan ahead, DateTime? from, DateTime? until) =>
        time.GetUtcNow().UtcDateTime is var now && !(from > now + ahead) && until > now;

    /// <summary>Claim <c>iat</c>; null where there is none.</summary>
    private static DateTimeOffset? IssuedAt(SecurityToken token) =>
        token is JsonWebToken { IssuedAt: var issued } && issued > DateTime.MinValue ? new DateTimeOffset(issued, TimeSpan.Zero) : null;

    /// <summary>The bearer token of a request; empty when there is none.</summary>
    public static ReadOnlySpan<char> TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? value.AsSpan(Prefix.Length).Trim()
            : default;
    }
}
