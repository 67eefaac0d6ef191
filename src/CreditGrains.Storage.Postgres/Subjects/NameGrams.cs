using System.Text;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// The pairs of neighbouring characters of a name, each as a number that different pairs may share. Names are mostly Chinese, without spaces
/// between words, and people search with two characters: PostgreSQL's own index of three would not find those.
/// </summary>
internal static class NameGrams
{
    /// <summary>Pairs of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryPairsMax = 16;

    /// <summary>The numbers to index a name by, each once.</summary>
    public static int[] Of(string? name)
    {
        if (name is null)
            return [];
        var grams = new HashSet<int>();
        Rune? before = null;
        foreach (var rune in name.EnumerateRunes())
        {
            var folded = Rune.ToUpperInvariant(rune);
            if (before is { } first)
                grams.Add(unchecked((first.Value * (int)0x9E3779B1) ^ (folded.Value * 0x01000193)));
            before = folded;
        }

        return [.. grams];
    }

    /// <summary>All names that contain the text have these numbers, and some others have them too.</summary>
    public static int[] OfQuery(string text) => [.. Of(text).Take(QueryPairsMax)];
}
