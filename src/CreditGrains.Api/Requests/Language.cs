using CreditGrains.Engine;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Api.Requests;

/// <summary>The language of labels and messages: the first of <c>zh</c> and <c>en</c> that <c>Accept-Language</c> prefers.</summary>
internal static class Language
{
    private const int HeaderCharsMax = 256;

    public static string Of(HttpContext context) =>
        Accepted(context) ?? Default(context.RequestServices.GetRequiredService<CreditEngine>());

    /// <summary>The same for one who has the engine: asking for a service makes a scope, for this request alone.</summary>
    public static string Of(HttpContext context, CreditEngine engine) => Accepted(context) ?? Default(engine);

    private static string? Accepted(HttpContext context)
    {
        var accepted = context.Request.Headers.AcceptLanguage;
        if (accepted.Count != 1 || accepted[0] is not { Length: > 0 and <= HeaderCharsMax } header)
            return null;
        if (!StringWithQualityHeaderValue.TryParseList([header], out var values))
            return null;
        string? best = null;
        var bestQuality = 0d;
        foreach (var value in values)
        {
            var quality = value.Quality ?? 1;
            var language = value.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh"
                : value.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : null;
            if (language is null || quality <= bestQuality)
                continue;
            best = language;
            bestQuality = quality;
        }

        return best;
    }

    /// <summary>The rulebook's first language.</summary>
    private static string Default(CreditEngine engine) =>
        engine.Rulebook.Languages is { Count: > 0 } languages ? languages[0] : "zh";
}
