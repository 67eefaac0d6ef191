using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// The pairs of neighbouring characters of a folded name (<see cref="NameFolding"/>), each as a number that different pairs may share.
/// Names are mostly Chinese, without spaces between words, and people search with two characters: PostgreSQL's own index of three would
/// not find those.
/// </summary>
internal static class NameGrams
{
    /// <summary>Pairs of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryPairsMax = 16;

    /// <summary>The numbers to index a name by, each once.</summary>
    public static int[] Of(string? name) =>
        name is null ? [] : [.. SearchTerms.PairsOf(NameFolding.Fold(name)).Select(NumberOf).Distinct()];

    /// <summary>All names that hold the terms have these numbers, and some others have them too.</summary>
    public static int[] OfQuery(SearchTerms terms) => [.. terms.Pairs(QueryPairsMax).Select(NumberOf).Distinct()];

    private static int NumberOf((Rune First, Rune Second) pair) =>
        unchecked((pair.First.Value * (int)0x9E3779B1) ^ (pair.Second.Value * 0x01000193));
}
