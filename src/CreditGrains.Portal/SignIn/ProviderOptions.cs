using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Claims;
using CreditGrains.Api.Authorization;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CreditGrains.Portal.SignIn;

/// <summary>How the portal speaks to its OpenID Connect provider: code flow with PKCE, nothing kept but who it is.</summary>
internal static class ProviderOptions
{
    public static void Configure(OpenIdConnectOptions provider, PortalOptions options, TimeProvider time)
    {
        provider.SignInScheme = PortalSession.Scheme;
        provider.ClientId = options.Issuer is null ? DevelopmentProvider.ClientId : options.ClientId;
        provider.ClientSecret = options.ClientSecret;
        provider.ResponseType = OpenIdConnectResponseType.Code;
        provider.ResponseMode = OpenIdConnectResponseMode.Query;
        provider.UsePkce = true;
        provider.CallbackPath = PortalPaths.Callback;
        provider.MapInboundClaims = false;
        provider.SaveTokens = false;
        provider.TimeProvider = time;
        provider.Scope.Clear();
        provider.Scope.Add("openid");
        provider.Scope.Add("profile");
        provider.TokenValidationParameters.NameClaimType = "sub";
        provider.TokenValidationParameters.RoleClaimType = "roles";
        provider.CorrelationCookie = UntilTheBrowserCloses(provider.CorrelationCookie.Name);
        provider.NonceCookie = UntilTheBrowserCloses(provider.NonceCookie.Name);

        if (options.Issuer is { } issuer)
        {
            provider.Authority = issuer;
            provider.RequireHttpsMetadata = !new Uri(issuer).IsLoopback;
            provider.TokenValidationParameters.ValidAlgorithms = BearerTokens.SignatureAlgorithms;

            // By OpenID Connect Core 5.4 name and roles may stand in the identity token or at the UserInfo endpoint alone
            // (ExternalProviderTests).
            provider.GetClaimsFromUserInfoEndpoint = true;
            provider.ClaimActions.MapJsonKey("roles", "roles");
            provider.ClaimActions.MapUniqueJsonKey("source", "source");
            provider.ClaimActions.MapUniqueJsonKey("subject", "subject");
        }
        else
        {
            provider.RequireHttpsMetadata = false;
            provider.TokenValidationParameters.ValidIssuer = DevelopmentProvider.Issuer;

            // Its tokens are of the server's own day, which --now may have put back.
            provider.TokenValidationParameters.LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime;
        }

        provider.Events.OnRedirectToIdentityProvider = context =>
        {
            if (options.AcrValues.Count > 0)
                context.ProtocolMessage.AcrValues = string.Join(' ', options.AcrValues);

            // The development provider answers at whatever name of this machine the person came by.
            if (options.Issuer is null)
            {
                var address = new Uri(context.ProtocolMessage.IssuerAddress);
                context.ProtocolMessage.IssuerAddress = $"{context.Request.Scheme}://{context.Request.Host}{address.AbsolutePath}";
            }

            return Task.CompletedTask;
        };
        provider.Events.OnTokenValidated = context =>
        {
            if (options.AcrValues.Count > 0 && !options.AcrValues.Contains(context.Principal!.FindFirst("acr")?.Value ?? ""))
            {
                context.Fail("The identity token does not say that the person was authenticated as strongly as Portal:AcrValues asks.");
                return Task.CompletedTask;
            }

            if (context.Principal!.FindFirst("sub")?.Value is not { Length: > 0 and <= 256 })
                context.Fail("The identity token names nobody in claim sub.");
            return Task.CompletedTask;
        };
        provider.Events.OnTicketReceived = context =>
        {
            var kept = context.Principal!.Claims.Where(claim => PortalSession.KeptClaims.Contains(claim.Type))
                .DistinctBy(claim => (claim.Type, claim.Value)).Concat(PortalSession.Begin(time)).ToList();
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(kept, PortalSession.Scheme, "sub", "roles"));
            LogOf(context.HttpContext).SignedIn(
                context.HttpContext, context.Principal.FindFirst("sub")!.Value,
                kept.Where(claim => claim.Type == "roles").Select(claim => claim.Value));
            return Task.CompletedTask;
        };
        provider.Events.OnRemoteFailure = context =>
        {
            // Cancelled at the provider, or the way back took longer than its cookie lives: no fault of the server.
            LogOf(context.HttpContext).SignInFailed(context.HttpContext);
            context.Response.Redirect($"{PortalPaths.Home}?signin=failed");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    /// <summary>
    /// A cookie without a day of its own, for the way to the provider and back: browsers compare such a day with their own clock, and would
    /// drop what a server with <c>--now</c> of an earlier day sets. The provider's answer is judged by the protected state and nonce.
    /// </summary>
    private static CookieBuilder UntilTheBrowserCloses(string? name) => new()
    {
        Name = name, Path = PortalPaths.Session, HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax,
        SecurePolicy = CookieSecurePolicy.SameAsRequest,
    };

    private static SecurityLog LogOf(HttpContext context) => context.RequestServices.GetRequiredService<SecurityLog>();

    /// <summary>Reads the development provider's description from this server, whose address is known only once it listens.</summary>
    public static IConfigurationManager<OpenIdConnectConfiguration> OfThisServer(IServer server) =>
        new OwnConfiguration(server);

    /// <summary>
    /// For the way from this server to its own development provider, which is on loopback alone: its certificate, mostly made by hand, is
    /// not asked for an authority.
    /// </summary>
    public static HttpMessageHandler ToThisServer() => new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
#pragma warning disable CA5359 // the other end is this process
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        },
        ConnectCallback = static async (connecting, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(connecting.DnsEndPoint, cancellation);
                return ((IPEndPoint)socket.RemoteEndPoint!).Address is var address
                    && (IPAddress.IsLoopback(address) || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4())))
                    ? new NetworkStream(socket, ownsSocket: true)
                    : throw new HttpRequestException("The development provider is on this machine only.");
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private sealed class OwnConfiguration(IServer server) : IConfigurationManager<OpenIdConnectConfiguration>
    {
        private ConfigurationManager<OpenIdConnectConfiguration>? _found;

        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
        {
            var found = _found ??= new ConfigurationManager<OpenIdConnectConfiguration>(
                server.Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/') + DevelopmentProvider.Configuration,
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever(new HttpClient(ToThisServer())) { RequireHttps = false });
            return found.GetConfigurationAsync(cancel);
        }

        public void RequestRefresh() => _found?.RequestRefresh();
    }
}
