using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Portal.Embedding;
using Microsoft.AspNetCore.Antiforgery;

namespace CreditGrains.Portal.Hosting;

/// <summary>The request that is being answered, as components see it. One for each request.</summary>
public sealed class PortalRequest(CreditEngine engine, IAntiforgery antiforgery)
{
    private HttpContext? _context;

    /// <summary><c>zh</c> or <c>en</c>.</summary>
    public string Language { get; private set; } = "zh";

    /// <summary>As the attribute <c>lang</c> wants it.</summary>
    public string LanguageTag => Language == "en" ? "en" : "zh-CN";

    /// <summary>The person who has signed in; null for the public.</summary>
    public Caller? Caller => _context?.User as Caller;

    /// <summary>The name that the person's provider gave, else the name of the account.</summary>
    public string? CallerName => Caller is { } caller ? caller.FindFirst("name")?.Value ?? caller.Actor : null;

    public CreditEngine Engine => engine;

    /// <summary>
    /// Where the page that is shown can be asked for, where that is not the address that a form was sent to: the link to the other
    /// language leads there.
    /// </summary>
    public string? ShownAt { get; set; }

    /// <summary>Path of the request, without query.</summary>
    public string Path => ShownAt ?? _context?.Request.Path.Value ?? PortalPaths.Home;

    /// <summary>Path with query: where to come back to.</summary>
    public string PathAndQuery => Path + (_context?.Request.QueryString.Value ?? "");

    /// <summary>Scheme and host, for addresses that leave the page (QR codes, downloads).</summary>
    public string Origin => _context is { } context ? $"{context.Request.Scheme}://{context.Request.Host}" : "";

    public HttpContext Context => _context ?? throw new InvalidOperationException("The request has not begun.");

    /// <summary>Whether the page is part of another site's page: shown without header and footer.</summary>
    public bool IsFramed => FramedPage.Of(_context) is not null;

    /// <summary>Whether the person has one of these roles; decides which links are shown, never what is answered.</summary>
    public bool IsAny(Roles roles) => Caller?.IsAny(roles) == true;

    /// <summary>The address of this page in another language, which a cookie then keeps.</summary>
    public string InLanguage(string language)
    {
        var query = _context?.Request.Query
            .Where(pair => pair.Key != LanguageChoice.Name)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)))
            ?? [];
        return Path + QueryString.Create(query.Append(KeyValuePair.Create<string, string?>(LanguageChoice.Name, language)));
    }

    /// <summary>Name and value of the hidden field that a form must carry.</summary>
    public (string Name, string Value) AntiforgeryField()
    {
        if (IsFramed)
            return (Forms.PortalForm.TokenField, FrameSession.TokenOf(Caller));
        var tokens = antiforgery.GetAndStoreTokens(Context);
        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    internal void Begin(HttpContext context, string language) => (_context, Language) = (context, language);
}
