using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The runs of a name (<see cref="NameRuns"/>) as words of the index, and the queries for them.</summary>
internal static class NameGrams
{
    /// <summary>Words of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryWordsMax = 12;

    /// <summary>ASCII signs are moved here: FTS5 ends a word at them. A sign that stands there itself is found besides.</summary>
    private const int SignsFirst = 0x2400;

    /// <summary>The words to index a name by.</summary>
    public static string WordsOf(string name) => string.Join(' ', NameRuns.Of(name).Select(Word).Distinct());

    /// <summary>
    /// A query for all names that hold every word of the terms: those that contain them, and some that only have the same runs elsewhere.
    /// </summary>
    public static string QueryOf(SearchTerms terms) => Join(NameRuns.OfTerms(terms));

    /// <summary>The same for each of the terms alone, but those of one character.</summary>
    public static IEnumerable<string> QueriesOf(SearchTerms terms) =>
        terms.Terms.Select(NameRuns.OfTerm).Where(runs => runs.Count > 0).Select(Join);

    private static string Join(IEnumerable<ReadOnlyMemory<Rune>> runs) =>
        string.Join(" AND ", runs.Select(Word).Distinct().Take(QueryWordsMax).Select(word => $"\"{word}\""));

    private static string Word(ReadOnlyMemory<Rune> runes)
    {
        Span<char> word = stackalloc char[NameRuns.LengthMax * 2];
        var length = 0;
        foreach (var rune in runes.Span)
        {
            var isSign = rune.IsAscii && !Rune.IsLetterOrDigit(rune);
            length += (isSign ? new Rune(SignsFirst + rune.Value) : rune).EncodeToUtf16(word[length..]);
        }

        return new string(word[..length]);
    }
}
