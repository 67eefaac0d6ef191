using System.Net;
using System.Security.Claims;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// An OpenID Connect provider of our own for development, tests and demonstrations: whoever asks picks one of a few invented people. It
/// exists only where no issuer is named, which the server allows on loopback only, and turns away what does not come from this machine.
/// It goes the whole way of a real provider (code flow, PKCE), so that this way is what development tries.
/// </summary>
internal static class DevelopmentProvider
{
    public const string ClientId = "creditgrains-portal";
    public const string Issuer = "http://localhost" + PortalPaths.DevelopmentProvider + "/";
    public const string Configuration = PortalPaths.DevelopmentProvider + "/.well-known/openid-configuration";
    private const string Authorize = PortalPaths.DevelopmentProvider + "/authorize";
    private const string PersonField = "person";

    /// <summary>Authentication context of its identity tokens: nothing at all was asked for.</summary>
    public const string Acr = "development";

    public static void Add(IServiceCollection services) => services.AddOpenIddict().AddServer(server =>
    {
        // Degraded: nothing is stored, and the few checks a store would make are the handlers below.
        server.EnableDegradedMode();
        server.SetIssuer(new Uri(Issuer));
        server.SetConfigurationEndpointUris(Configuration[1..]);
        server.SetJsonWebKeySetEndpointUris($"{PortalPaths.DevelopmentProvider[1..]}/keys");
        server.SetAuthorizationEndpointUris(Authorize[1..]);
        server.SetTokenEndpointUris($"{PortalPaths.DevelopmentProvider[1..]}/token");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.OpenId, Scopes.Profile);
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId)
                context.Reject(Errors.InvalidClient, "Only the portal signs in here.");
            else if (!Uri.TryCreate(context.RedirectUri, UriKind.Absolute, out var back) || !back.IsLoopback
                || back.AbsolutePath != PortalPaths.Callback)
                context.Reject(Errors.InvalidRequest, "Only the portal's own address on this machine is sent back to.");
            return default;
        }));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId)
                context.Reject(Errors.InvalidClient, "Only the portal signs in here.");
            return default;
        }));
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
    });

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Authorize, ["GET", "POST"], (Delegate)AuthorizeAsync).DisableAntiforgery().ExcludeFromDescription()
            .AllowAnonymous();

    private static async Task<IResult> AuthorizeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } from && !IPAddress.IsLoopback(from))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var request = context.GetOpenIddictServerRequest();
        if (request is null)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var chosen = HttpMethods.IsPost(context.Request.Method) ? (await context.Request.ReadFormAsync())[PersonField].ToString() : null;
        if (DevelopmentPeople.All.FirstOrDefault(person => person.Account == chosen) is not { } person)
        {
            var parameters = request.GetParameters().Where(parameter => parameter.Key != PersonField)
                .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value ?? ""));
            return Pages.Page<PeoplePage>(new PeopleModel(Authorize, PersonField, [.. parameters]));
        }

        var identity = new ClaimsIdentity(person.Claims(), "development", Claims.Subject, "roles");
        identity.SetClaim(Claims.AuthenticationContextReference, Acr);
        identity.SetScopes(request.GetScopes());
        identity.SetDestinations(static _ => [Destinations.IdentityToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
