using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// OpenID Connect Back-Channel Logout 1.0: the identity provider tells that a session, or all of a person, has ended there, for instance
/// because the account was closed. They end here on all nodes within seconds. The message is a token that the provider has signed for this
/// client; nothing else is asked of its sender.
/// </summary>
internal static class BackchannelLogout
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private const int ClaimCharsMax = 256;
    private const int TokenCharsMax = 16 * 1024;

    /// <summary>Older messages are not taken: a replay must not end sessions that began since.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    /// <summary>Clocks of two machines differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.PostForm(PortalPaths.BackchannelLogout, EndAsync).AllowAnonymous();

    private static async Task<IResult> EndAsync(
        HttpContext context, CreditEngine engine, IOptionsMonitor<OpenIdConnectOptions> providers, TimeProvider time, SecurityLog log)
    {
        context.Response.Headers.CacheControl = "no-store";
        var text = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(context.RequestAborted))["logout_token"].ToString() : "";
        if (text.Length is 0 or > TokenCharsMax)
            return Refused(context, log, "no logout_token");
        var provider = providers.Get(PortalSession.ProviderScheme);
        var result = await ValidateAsync(text, provider, time, context.RequestAborted);
        if (result is not { IsValid: true, SecurityToken: JsonWebToken token })
            return Refused(context, log, "the token is not one of the provider for this client, or is over");
        if (FaultOf(token, time) is { } fault)
            return Refused(context, log, fault);
        var (session, person) = (ValueOf(token, "sid"), ValueOf(token, "sub"));
        if (!await engine.EndedSessions.EndOfProviderAsync(session, person, token.Id, context.RequestAborted))
            return Refused(context, log, "the token was sent before");
        log.EndedByProvider(context, person ?? "", session is not null);
        return Results.Ok();
    }

    /// <summary>Keys of the provider change: one that is unknown here has its description read again, once.</summary>
    private static async Task<TokenValidationResult> ValidateAsync(
        string text, OpenIdConnectOptions provider, TimeProvider time, CancellationToken cancellation)
    {
        var result = await OnceAsync();
        if (result.Exception is not SecurityTokenSignatureKeyNotFoundException)
            return result;
        provider.ConfigurationManager!.RequestRefresh();
        return await OnceAsync();

        async Task<TokenValidationResult> OnceAsync()
        {
            var known = await provider.ConfigurationManager!.GetConfigurationAsync(cancellation);
            return await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(text, new TokenValidationParameters
            {
                ValidIssuer = provider.TokenValidationParameters.ValidIssuer ?? known.Issuer,
                ValidAudience = provider.ClientId,
                IssuerSigningKeys = known.SigningKeys,
                ValidAlgorithms = BearerTokens.SignatureAlgorithms,
                RequireExpirationTime = false,
                LifetimeValidator = (_, expires, _, _) => expires is null || expires > (time.GetUtcNow() - Skew).UtcDateTime,
            });
        }
    }

    /// <summary>Rules of the standard beyond signature, issuer and audience (section 2.6); null where all hold.</summary>
    private static string? FaultOf(JsonWebToken token, TimeProvider time)
    {
        if (token.Typ is { Length: > 0 } type && !type.Equals("logout+jwt", StringComparison.OrdinalIgnoreCase)
            && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            return "the token is of another type";
        if (!token.TryGetPayloadValue<JsonElement>("events", out var events) || events.ValueKind != JsonValueKind.Object
            || !events.TryGetProperty(Event, out var told) || told.ValueKind != JsonValueKind.Object)
            return "the token tells no logout";
        if (token.TryGetPayloadValue<object>("nonce", out _))
            return "the token has a nonce: it is an identity token";
        if (token.Id is not { Length: > 0 and <= ClaimCharsMax })
            return "the token has no id";
        var now = time.GetUtcNow().UtcDateTime;
        if (token.IssuedAt == DateTime.MinValue || token.IssuedAt > now + Skew || token.IssuedAt < now - AgeMax)
            return "the token was not issued just now";
        return ValueOf(token, "sid") is null && ValueOf(token, "sub") is null ? "the token names neither a session nor a person" : null;
    }

    private static string? ValueOf(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var value) && value is { Length: > 0 and <= ClaimCharsMax } ? value : null;

    private static IResult Refused(HttpContext context, SecurityLog log, string why)
    {
        log.LogoutRefused(context, why);
        return Results.Json(
            new Dictionary<string, string> { ["error"] = "invalid_request", ["error_description"] = why },
            statusCode: StatusCodes.Status400BadRequest);
    }
}
