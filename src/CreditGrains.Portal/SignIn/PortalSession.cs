using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CreditGrains.Portal.SignIn;

/// <summary>The session of a signed-in person: a protected cookie that holds who it is, the roles, and what the person looks for.</summary>
internal static class PortalSession
{
    private const int SessionBytes = 16;

    public const string Scheme = "portal";
    public const string ProviderScheme = "portal-provider";
    public const string PurposeClaim = "purpose";

    /// <summary>When the person signed in, in seconds of Unix time: the cookie is written anew and anew, this is not.</summary>
    public const string BeganClaim = "began";

    /// <summary>A random name of the session, by which its sign-out ends every copy of the cookie.</summary>
    public const string SessionClaim = "session";

    /// <summary>The provider's session, where it names it: ended there, this one ends too (<see cref="BackchannelLogout"/>).</summary>
    public const string ProviderSessionClaim = "sid";

    /// <summary>Claims of the provider that are kept; all others are forgotten.</summary>
    public static readonly string[] KeptClaims = ["sub", "name", "roles", "source", "subject", ProviderSessionClaim];

    /// <summary>The person of a request; null when no session is open.</summary>
    public static Task<Caller?> FindAsync(HttpContext context) => FindAsync(context, Scheme, CookieName);

    /// <summary>The person whom a session's cookie names; null where there is none.</summary>
    internal static async Task<Caller?> FindAsync(HttpContext context, string scheme, string cookieName)
    {
        if (!context.Request.Cookies.Keys.Any(name => name.StartsWith(cookieName, StringComparison.Ordinal)))
            return null;
        var result = await context.AuthenticateAsync(scheme);
        if (result.Principal?.Identity is not ClaimsIdentity identity || result.Properties?.ExpiresUtc is not { } until)
            return null;
        var caller = new Caller(identity, until);
        if (caller.Actor.Length is 0 or > 256 || !Holds(caller, context.RequestServices))
            return null;
        context.RequestServices.GetRequiredService<PeopleSeen>().Note(caller, "session", BeganOf(caller) ?? default);
        return caller;
    }

    /// <summary>Whether a session is neither too old, nor of the time before an instant that ended all of them, nor ended itself.</summary>
    private static bool Holds(Caller caller, IServiceProvider services)
    {
        var options = services.GetRequiredService<PortalOptions>();
        return BeganOf(caller) is { } began
            && began + options.SessionMax > services.GetRequiredService<TimeProvider>().GetUtcNow()
            && !(began < options.SessionsFrom)
            && caller.FindFirst(SessionClaim)?.Value is { Length: > 0 } session
            && services.GetRequiredService<CreditEngine>().EndedSessions is var ended
            && !ended.Holds(caller.Actor, session, began)
            && !(caller.FindFirst(ProviderSessionClaim)?.Value is { } ofProvider && ended.HoldsOfProvider(ofProvider));
    }

    private static DateTimeOffset? BeganOf(Caller caller) =>
        long.TryParse(caller.FindFirst(BeganClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The claims of a session that begins now.</summary>
    public static IEnumerable<Claim> Begin(TimeProvider time) =>
    [
        new(BeganClaim, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        new(SessionClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SessionBytes))),
    ];

    /// <summary>Purpose that the person has given; null before the question.</summary>
    public static string? PurposeOf(Caller caller) => caller.FindFirst(PurposeClaim)?.Value;

    /// <summary>Opens the session anew with a purpose.</summary>
    public static Task SetPurposeAsync(HttpContext context, Caller caller, string purpose)
    {
        var claims = caller.Claims.Where(claim => claim.Type != PurposeClaim).Append(new Claim(PurposeClaim, purpose));
        return context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme, "sub", "roles")));
    }

    public static void Configure(CookieAuthenticationOptions cookie, PortalOptions options, TimeProvider time)
    {
        cookie.Cookie.Name = CookieName;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;

        // Loopback has no TLS; wherever the request came by TLS the cookie goes by TLS only.
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = Hosting.PortalPaths.Root;
        cookie.ExpireTimeSpan = options.SessionIdleMax;
        cookie.SlidingExpiration = true;
        cookie.TimeProvider = time;
        cookie.LoginPath = Hosting.PortalPaths.SignIn;
    }

    internal const string CookieName = "credit-session";
}
