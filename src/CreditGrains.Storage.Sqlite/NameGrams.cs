using System.Globalization;
using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The pairs of neighbouring characters of a folded name (<see cref="NameFolding"/>), each as one word of hexadecimal digits. Names are
/// mostly Chinese, without spaces between words, and people search with two characters: SQLite's own three-character index would not
/// find those.
/// </summary>
internal static class NameGrams
{
    /// <summary>Pairs of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryPairsMax = 16;

    /// <summary>The words to index a name by.</summary>
    public static string WordsOf(string name) => string.Join(' ', SearchTerms.PairsOf(NameFolding.Fold(name)).Select(WordOf));

    /// <summary>
    /// A query for all names that hold every pair of the terms: those that contain them, and some that only have the same pairs elsewhere.
    /// </summary>
    public static string QueryOf(SearchTerms terms) =>
        string.Join(" AND ", terms.Pairs(QueryPairsMax).Select(pair => $"\"{WordOf(pair)}\""));

    private static string WordOf((Rune First, Rune Second) pair) =>
        string.Create(CultureInfo.InvariantCulture, $"{pair.First.Value:x}x{pair.Second.Value:x}");
}
