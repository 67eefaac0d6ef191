using System.Text;

namespace CreditGrains.Domain.Names;

/// <summary>
/// Terms of a search in names: the parts of the text between white space, folded, each of which the name must hold. White space within
/// names does not count, so that a name is found with it and without. A character alone stands in too many names to be looked for: one
/// part at least has two characters.
/// </summary>
public sealed class SearchTerms
{
    /// <summary>Most characters of a text, parts and white space together.</summary>
    public const int TextCharsMax = 100;

    private SearchTerms(IReadOnlyList<string> terms) => Terms = terms;

    /// <summary>The folded parts, each once, longest first; never empty.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>Reads a text of at most <see cref="TextCharsMax"/> characters; null when no part of it has two characters.</summary>
    public static SearchTerms? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var terms = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(NameFolding.Fold)
            .Where(term => term.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(term => term.Length).ToList();
        return terms.Exists(term => NameFolding.LengthOf(term) > 1) ? new SearchTerms(terms) : null;
    }

    /// <summary>Whether the text is longer than a search takes, counted as readers do.</summary>
    public static bool IsTooLong(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > TextCharsMax && text.EnumerateRunes().Count() > TextCharsMax;
    }

    /// <summary>Whether a name, as it was sent, holds every part.</summary>
    public bool AreIn(string? name)
    {
        if (name is null)
            return false;
        var folded = NameFolding.Fold(name);
        foreach (var term in Terms)
        {
            if (!folded.Contains(term, StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
