using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The runs of neighbouring characters of a folded name (<see cref="NameFolding"/>) by which names are indexed, each as one word: pairs,
/// since names are mostly Chinese, without spaces between words, and people search with two characters; and runs of four, which few names
/// have in common where a tenth of them have each pair.
/// </summary>
internal static class NameGrams
{
    private const int PairLength = 2;
    private const int RunLength = 4;

    /// <summary>Words of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryWordsMax = 12;

    /// <summary>ASCII signs are moved here: FTS5 ends a word at them. A sign that stands there itself is found besides.</summary>
    private const int SignsFirst = 0x2400;

    /// <summary>The words to index a name by.</summary>
    public static string WordsOf(string name)
    {
        var runes = RunesOf(NameFolding.Fold(name));
        return string.Join(' ', Runs(runes, PairLength).Concat(Runs(runes, RunLength)).Distinct());
    }

    /// <summary>
    /// A query for all names that hold every word of the terms: those that contain them, and some that only have the same runs elsewhere.
    /// Words are taken from the terms in turn, so that a long one does not leave a short one out.
    /// </summary>
    public static string QueryOf(SearchTerms terms)
    {
        var words = terms.Terms.Select(term => Cover(RunesOf(term))).ToList();
        return Join(Enumerable.Range(0, words.Max(each => each.Count))
            .SelectMany(i => words.Where(each => i < each.Count).Select(each => each[i])));
    }

    /// <summary>The same for each of the terms alone, but those of one character.</summary>
    public static IEnumerable<string> QueriesOf(SearchTerms terms) =>
        terms.Terms.Select(term => Cover(RunesOf(term))).Where(words => words.Count > 0).Select(Join);

    private static string Join(IEnumerable<string> words) =>
        string.Join(" AND ", words.Distinct().Take(QueryWordsMax).Select(word => $"\"{word}\""));

    /// <summary>Fours that hold all characters of the term, the last of them its end; pairs of a term that is shorter.</summary>
    private static List<string> Cover(Rune[] runes) => runes.Length < RunLength
        ? [.. Runs(runes, PairLength)]
        : [.. Enumerable.Range(0, (runes.Length - 1) / RunLength)
            .Select(i => Word(runes.AsSpan(i * RunLength, RunLength))).Append(Word(runes.AsSpan(runes.Length - RunLength)))];

    private static IEnumerable<string> Runs(Rune[] runes, int length) =>
        Enumerable.Range(0, Math.Max(0, runes.Length - length + 1)).Select(i => Word(runes.AsSpan(i, length)));

    private static Rune[] RunesOf(string folded) => [.. folded.EnumerateRunes()];

    private static string Word(ReadOnlySpan<Rune> runes)
    {
        Span<char> word = stackalloc char[RunLength * 2];
        var length = 0;
        foreach (var rune in runes)
        {
            var isSign = rune.IsAscii && !Rune.IsLetterOrDigit(rune);
            length += (isSign ? new Rune(SignsFirst + rune.Value) : rune).EncodeToUtf16(word[length..]);
        }

        return new string(word[..length]);
    }
}
