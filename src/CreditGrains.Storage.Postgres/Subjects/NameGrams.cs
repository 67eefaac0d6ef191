using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// The runs of a name (<see cref="NameRuns"/>), each as a number that different runs may share. PostgreSQL's own index of three characters
/// would not find what people search with, which is two.
/// </summary>
internal static class NameGrams
{
    /// <summary>Runs of a search text beyond these do not narrow it noticeably.</summary>
    private const int QueryRunsMax = 16;
    private const int StackRunsMax = 128;

    /// <summary>The numbers to index a name by, each once.</summary>
    public static int[] Of(string? name)
    {
        if (name is null)
            return [];
        var runs = NameRuns.Of(name);
        Span<int> numbers = runs.Count <= StackRunsMax ? stackalloc int[StackRunsMax] : new int[runs.Count];
        var count = 0;
        foreach (var run in runs)
        {
            var number = NumberOf(run);
            if (!numbers[..count].Contains(number))
                numbers[count++] = number;
        }

        return numbers[..count].ToArray();
    }

    /// <summary>All names that hold the terms have these numbers, and some others have them too.</summary>
    public static int[] OfQuery(SearchTerms terms) => [.. NameRuns.OfTerms(terms).Select(NumberOf).Distinct().Take(QueryRunsMax)];

    private static int NumberOf(ReadOnlyMemory<Rune> run)
    {
        var number = 0u;
        foreach (var rune in run.Span)
            number = unchecked(((number << 5) | (number >> 27)) ^ ((uint)rune.Value * 0x9E3779B1u));
        return unchecked((int)number);
    }
}
