using CreditGrains.Api;
using CreditGrains.Portal.Embedding;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// The headers that every answer of the portal carries. They are set when the answer starts, so that an error page, which begins by
/// clearing the answer, has them too (<c>HeaderTests</c>).
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private static readonly string ContentPolicy = ContentPolicyFor("'none'");

    /// <summary>No script and no style but our own files; nothing inline, no form that leads elsewhere.</summary>
    /// <param name="ancestors">Sources that may frame the page.</param>
    public static string ContentPolicyFor(string ancestors) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors " + ancestors;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            var framed = FramedPage.Of(context);

            // A file that is sent has a sandbox of its own (ProofEndpoints.Send), narrower than the policy of pages.
            headers.TryAdd("Content-Security-Policy", framed?.ContentPolicy ?? ContentPolicy);
            headers.XContentTypeOptions = "nosniff";
            headers.TryAdd("Referrer-Policy", "same-origin");
            if (framed is null)
                headers.XFrameOptions = "DENY";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
            if (context.Request.IsHttps)
                headers.StrictTransportSecurity = CreditApi.StrictTransport;

            // Pages of a signed-in person must not come out of a cache for another one, nor after signing out.
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = context.User.Identity?.IsAuthenticated == true ? "no-store" : "private, no-cache";
            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
