using System.Globalization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api.Requests;

/// <summary>Reads query parameters; whatever cannot be used is refused by name.</summary>
internal static class Parameters
{
    public const int LimitMax = 200;
    private const int LimitDefault = 50;

    public static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return LimitDefault;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= LimitMax
            ? limit
            : throw Refused("limit", $"1 to {LimitMax}");
    }

    public static DateOnly? Date(string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Refused(name, "YYYY-MM-DD");
    }

    /// <summary>A token, or an instant in RFC 3339 with offset.</summary>
    public static KnownAt? KnownAt(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Instant(text) is { } instant)
            return new KnownAt(null, instant);
        return Token.TryParse(text, out var token)
            ? new KnownAt(token, null)
            : throw new RequestRefusedException(ErrorCatalogue.MalformedToken, "/query/knownAt", "a token, or an instant with offset");
    }

    /// <summary>An instant in RFC 3339 with offset; null when the text is none.</summary>
    public static DateTimeOffset? Instant(string text) =>
        text.Length >= 20 && text[4] == '-' && text[10] is 'T' or 't' or ' ' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : null;

    /// <summary>How fresh the answer must be: parameter or header <c>consistency</c>; default <c>any</c>.</summary>
    public static Consistency Consistency(HttpContext context)
    {
        if (context.Request.QueryString.HasValue && context.Request.Query["consistency"] is { Count: > 0 } query)
            return Consistency(query[0], "/query/consistency");
        var header = context.Request.Headers["Consistency"];
        return header.Count > 0 ? Consistency(header[0], "") : Engine.Subjects.Consistency.Any;
    }

    public static RequestRefusedException Refused(string name, string expected) =>
        new(ErrorCatalogue.InvalidParameter, $"/query/{name}", $"{name}: {expected}");

    private static Consistency Consistency(string? text, string pointer)
    {
        const string AtLeast = "at-least";
        switch (text)
        {
            case null or "" or "any":
                return Engine.Subjects.Consistency.Any;
            case "latest":
                return Engine.Subjects.Consistency.Latest;
        }

        if (!text.StartsWith(AtLeast, StringComparison.Ordinal) || text.Length <= AtLeast.Length
            || text[AtLeast.Length] is not (':' or ' '))
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, pointer, "consistency: any, latest or at-least:<token>");
        return Token.TryParse(text[(AtLeast.Length + 1)..].Trim(), out var token)
            ? Engine.Subjects.Consistency.AtLeast(token)
            : throw new RequestRefusedException(ErrorCatalogue.MalformedToken, pointer);
    }
}
