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

    private const int WordLengthMax = NameRuns.LengthMax * 2;
    private const int RuneBits = 21;
    private const int StackRunsMax = 64;

    /// <summary>The words to index a name by, each once, with a blank between two.</summary>
    public static string WordsOf(string name)
    {
        var runs = NameRuns.Of(name);
        Span<UInt128> seen = runs.Count <= StackRunsMax ? stackalloc UInt128[StackRunsMax] : new UInt128[runs.Count];
        var count = 0;
        var words = new StringBuilder(runs.Count * (NameRuns.LengthMax + 1));
        Span<char> word = stackalloc char[WordLengthMax];
        foreach (var run in runs)
        {
            // The number of one run only: a character has 21 bits, and the first bit tells the lengths apart.
            var number = UInt128.One;
            foreach (var rune in run.Span)
                number = (number << RuneBits) | (uint)rune.Value;
            if (seen[..count].Contains(number))
                continue;
            if (count > 0)
                words.Append(' ');
            seen[count++] = number;
            words.Append(word[..Spell(run.Span, word)]);
        }

        return words.ToString();
    }

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
        Span<char> word = stackalloc char[WordLengthMax];
        return new string(word[..Spell(runes.Span, word)]);
    }

    /// <summary>Writes the word of a run.</summary>
    /// <returns>Its length.</returns>
    private static int Spell(ReadOnlySpan<Rune> runes, Span<char> word)
    {
        var length = 0;
        foreach (var rune in runes)
        {
            var isSign = rune.IsAscii && !Rune.IsLetterOrDigit(rune);
            length += (isSign ? new Rune(SignsFirst + rune.Value) : rune).EncodeToUtf16(word[length..]);
        }

        return length;
    }
}
