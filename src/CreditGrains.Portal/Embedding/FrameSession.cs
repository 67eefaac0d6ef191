using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CreditGrains.Portal.Embedding;

/// <summary>
/// The session of framed pages: a cookie of its own, sent to their path only, that goes along inside pages of other sites
/// (<c>SameSite=None; Secure</c>). The session of all other pages stays <c>Lax</c>. Begun by the person, in a tab of its own.
/// </summary>
internal static class FrameSession
{
    public const string Scheme = "portal-frame";
    public const string CookieName = "credit-frame";

    /// <summary>Random text in each form of this session: the cookie of other forms does not reach a frame of another site.</summary>
    private const string FormClaim = "form";

    public static Task<Caller?> FindAsync(HttpContext context) => PortalSession.FindAsync(context, Scheme, CookieName);

    /// <summary>Begins the session for a person who has signed in.</summary>
    public static Task BeginAsync(HttpContext context, Caller caller)
    {
        var claims = caller.Claims.Where(claim => PortalSession.KeptClaims.Contains(claim.Type)
                || claim.Type is PortalSession.BeganClaim or PortalSession.SessionClaim)
            .Append(new Claim(FormClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))));
        return context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme, "sub", "roles")));
    }

    /// <summary>Token of the session's forms; empty without a session.</summary>
    public static string TokenOf(Caller? caller) => caller?.FindFirst(FormClaim)?.Value ?? "";

    /// <summary>Whether a form was made for this session.</summary>
    public static bool IsOwnToken(Caller? caller, string? token) =>
        TokenOf(caller) is { Length: > 0 } own
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(own), Encoding.UTF8.GetBytes(token ?? ""));

    public static void Configure(CookieAuthenticationOptions cookie, PortalOptions options, TimeProvider time)
    {
        cookie.Cookie.Name = CookieName;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.None;

        // Browsers refuse SameSite=None without it, and take loopback for secure.
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        cookie.Cookie.Path = PortalPaths.Embed;
        cookie.ExpireTimeSpan = options.SessionIdleMax;
        cookie.SlidingExpiration = true;
        cookie.TimeProvider = time;
    }
}
