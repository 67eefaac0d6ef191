namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Advice for a misspelt word: the nearest one allowed, else all of them.</summary>
internal static class Suggestion
{
    private const int ListedMax = 24;

    public static string For(string found, IEnumerable<string> allowed)
    {
        var words = allowed.ToList();
        if (words.Count == 0)
            return "None is defined.";
        var nearest = found.Length > 64
            ? null
            : words.Select(word => (Word: word, Distance: Distance(found, word)))
                .Where(pair => pair.Distance <= Math.Max(1, pair.Word.Length / 3))
                .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Word, StringComparer.Ordinal)
                .Select(pair => pair.Word).FirstOrDefault();
        if (nearest is not null)
            return $"Did you mean '{nearest}'?";
        return $"Allowed: {string.Join(", ", words.Take(ListedMax))}{(words.Count > ListedMax ? ", ..." : "")}.";
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours, without regard to case.</summary>
    internal static int Distance(string left, string right)
    {
        var a = left.ToUpperInvariant();
        var b = right.ToUpperInvariant();
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var best = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, cost[i - 2, j - 2] + 1);
                cost[i, j] = best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
