namespace CreditGrains.Domain.Identifiers;

/// <summary>Full-width forms (全角) to their half-width characters (半角), as Chinese input methods write them.</summary>
internal static class HalfWidth
{
    public static char Of(char c) => c switch
    {
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        '\u3000' => ' ',
        _ => c,
    };

    /// <summary>The same instance when there is nothing to change.</summary>
    public static string Of(string text)
    {
        foreach (var c in text)
        {
            if (Of(c) != c)
                return string.Create(text.Length, text, static (span, from) =>
                {
                    for (var i = 0; i < span.Length; i++)
                        span[i] = Of(from[i]);
                });
        }

        return text;
    }
}
