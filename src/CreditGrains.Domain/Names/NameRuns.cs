using System.Text;

namespace CreditGrains.Domain.Names;

/// <summary>
/// The runs of neighbouring characters of folded names (<see cref="NameFolding"/>) by which the stores index them: pairs, since names are
/// mostly Chinese, without spaces between words, and people search with two characters; and runs of four, which few names have in common
/// where a tenth of them have each pair. A change of these needs a migration of both stores that indexes all names anew.
/// </summary>
public static class NameRuns
{
    /// <summary>The longest run, in characters.</summary>
    public const int LengthMax = 4;

    private const int PairLength = 2;

    /// <summary>The runs to index a name by, as it was sent; the same one may come twice.</summary>
    public static IReadOnlyList<ReadOnlyMemory<Rune>> Of(string name)
    {
        var runes = RunesOf(NameFolding.Fold(name));

        // By hand: each write of a subject whose name is new makes them.
        var runs = new List<ReadOnlyMemory<Rune>>(runes.Length * 2);
        for (var first = 0; first + PairLength <= runes.Length; first++)
            runs.Add(runes.AsMemory(first, PairLength));
        for (var first = 0; first + LengthMax <= runes.Length; first++)
            runs.Add(runes.AsMemory(first, LengthMax));
        return runs;
    }

    /// <summary>
    /// Runs that every name with a folded part has, and some others have too: fours that hold all characters of the part, the last of them
    /// its end; pairs of a part that is shorter; none for a single character.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<Rune>> OfTerm(string term)
    {
        var runes = RunesOf(term);
        return runes.Length < LengthMax
            ? [.. Pairs(runes)]
            : [.. Enumerable.Range(0, (runes.Length - 1) / LengthMax).Select(i => i * LengthMax).Append(runes.Length - LengthMax)
                .Select(first => (ReadOnlyMemory<Rune>)runes.AsMemory(first, LengthMax))];
    }

    /// <summary>Those of all parts in turn, so that a bound on their number leaves no part out for a long one.</summary>
    public static IEnumerable<ReadOnlyMemory<Rune>> OfTerms(SearchTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var runs = terms.Terms.Select(OfTerm).ToList();
        return Enumerable.Range(0, runs.Max(each => each.Count))
            .SelectMany(i => runs.Where(each => i < each.Count).Select(each => each[i]));
    }

    private static IEnumerable<ReadOnlyMemory<Rune>> Pairs(Rune[] runes) => Enumerable
        .Range(0, Math.Max(0, runes.Length - PairLength + 1)).Select(i => (ReadOnlyMemory<Rune>)runes.AsMemory(i, PairLength));

    private static Rune[] RunesOf(string folded)
    {
        var runes = new Rune[folded.Length];
        var count = 0;
        foreach (var rune in folded.EnumerateRunes())
            runes[count++] = rune;
        return count == runes.Length ? runes : runes[..count];
    }
}
