using System.Globalization;
using System.Text;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The pairs of neighbouring characters of a name, each as one word of hexadecimal digits. Names are mostly Chinese, without spaces between
/// words, and people search with two characters: SQLite's own three-character index would not find those.
/// </summary>
internal static class NameGrams
{
    /// <summary>Pairs of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryPairsMax = 16;

    /// <summary>The words to index a name by.</summary>
    public static string WordsOf(string name) => string.Join(' ', PairsOf(name));

    /// <summary>
    /// A query for all names that hold every pair of the text: those that contain it, and some that only have the same pairs elsewhere.
    /// </summary>
    public static string QueryOf(string text) => string.Join(" AND ", PairsOf(text).Take(QueryPairsMax).Select(pair => $"\"{pair}\""));

    private static IEnumerable<string> PairsOf(string text)
    {
        var pairs = new HashSet<(Rune, Rune)>();
        Rune? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            var folded = Rune.ToUpperInvariant(rune);
            if (before is { } first && pairs.Add((first, folded)))
                yield return string.Create(CultureInfo.InvariantCulture, $"{first.Value:x}x{folded.Value:x}");
            before = folded;
        }
    }
}
