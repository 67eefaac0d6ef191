using CreditGrains.Api.Requests;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// The language of a page: what the person chose (<c>?lang=</c>, kept in a cookie), else what the browser prefers, else the rulebook's
/// first. The address of a page is the same in both languages.
/// </summary>
internal sealed class LanguageChoice(RequestDelegate next)
{
    public const string Name = "lang";
    private const string Cookie = "credit-language";

    public Task InvokeAsync(HttpContext context, PortalRequest request)
    {
        var chosen = Known(context.Request.Query[Name]);
        if (chosen is not null && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Cookies.Append(Cookie, chosen, new CookieOptions
            {
                Path = PortalPaths.Root,
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            });
        }

        request.Begin(context, chosen ?? Known(context.Request.Cookies[Cookie]) ?? Language.Of(context));
        context.Response.Headers.ContentLanguage = request.LanguageTag;
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        return next(context);
    }

    private static string? Known(string? language) => language is "zh" or "en" ? language : null;
}
