namespace CreditGrains.Api.Errors;

/// <summary>
/// Headers of every answer of the interface, a problem's too, which begins by clearing the answer: nothing that a browser would guess,
/// render, frame or keep. What is rendered on purpose, such as a report as HTML, sets a policy of its own afterwards.
/// </summary>
internal static class AnswerHeaders
{
    public const string ContentPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.CacheControl = "no-store";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = CreditApi.StrictTransport;
    }
}
