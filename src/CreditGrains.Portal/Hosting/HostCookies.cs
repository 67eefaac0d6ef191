using CreditGrains.Portal.Embedding;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// Prefixes of cookies where people come by https: a browser takes a cookie with <c>__Host-</c> from this very host over TLS alone, so that
/// neither a neighbour's host nor somebody on the way can plant a session. The session of frames keeps its path, so its prefix is
/// <c>__Secure-</c>. Without TLS, which is on loopback only, there are none. Inside the portal cookies go by their plain names.
/// </summary>
internal sealed class HostCookies(RequestDelegate next)
{
    private const string Host = "__Host-";
    private const string Secure = "__Secure-";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.IsHttps)
            return next(context);
        context.Request.Headers.Cookie = string.Join(
            "; ", context.Request.Headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries))
                .Select(PlainOf).Where(cookie => cookie.Length > 0));
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            if (headers.SetCookie.Count > 0)
                headers.SetCookie = headers.SetCookie.Select(PrefixedOf).ToArray();
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    /// <summary>A cookie under its plain name; empty for one without the prefix, which another may have planted.</summary>
    private static string PlainOf(string cookie)
    {
        if (cookie.StartsWith(Host, StringComparison.Ordinal) && !IsOfFrames(cookie[Host.Length..]))
            return cookie[Host.Length..];
        return cookie.StartsWith(Secure, StringComparison.Ordinal) && IsOfFrames(cookie[Secure.Length..]) ? cookie[Secure.Length..] : "";
    }

    private static string? PrefixedOf(string? line)
    {
        if (!SetCookieHeaderValue.TryParse(line, out var cookie))
            return line;
        var isOfFrames = IsOfFrames(cookie.Name.ToString());
        cookie.Name = (isOfFrames ? Secure : Host) + cookie.Name;
        cookie.Secure = true;
        if (!isOfFrames)
            cookie.Path = "/";
        return cookie.ToString();
    }

    private static bool IsOfFrames(string name) => name.StartsWith(FrameSession.CookieName, StringComparison.Ordinal);
}
