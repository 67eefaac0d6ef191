using System.Text.RegularExpressions;

namespace CreditGrains.Benchmarks;

/// <summary>
/// docs/performance.md, whose tables of results lie between <c>&lt;!-- results STORE --&gt;</c> and <c>&lt;!-- end of results --&gt;</c>, a
/// row a result. Writing replaces the rows of the same names and leaves all others: one benchmark can be measured again by itself.
/// </summary>
public static partial class PerformancePage
{
    /// <summary>Names of the rows of all tables of results, in order.</summary>
    public static IReadOnlyList<string> Rows(string page) =>
        [.. SectionPattern().Matches(page).SelectMany(section => RowPattern().Matches(section.Value)).Select(row => row.Groups[1].Value)];

    /// <summary>The page with new results.</summary>
    /// <param name="page">The page as it is.</param>
    /// <param name="store">Store that was measured: <c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="table">Results of one run.</param>
    /// <exception cref="InvalidDataException">The page has no table for that store.</exception>
    public static string With(string page, string store, BenchTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var section = SectionPattern().Matches(page).SingleOrDefault(match => match.Groups[1].Value == store)
            ?? throw new InvalidDataException($"The page has no table of results for {store}.");
        var lines = section.Value.Split('\n').ToList();
        foreach (var row in table.Rows())
        {
            var name = RowPattern().Match(row).Groups[1].Value;
            var at = lines.FindIndex(line => RowPattern().Match(line) is { Success: true } match && match.Groups[1].Value == name);
            if (at >= 0)
                lines[at] = row;
            else
                lines.Insert(lines.FindLastIndex(line => line.StartsWith('|')) + 1, row);
        }

        return page[..section.Index] + string.Join('\n', lines) + page[(section.Index + section.Length)..];
    }

    [GeneratedRegex(@"<!-- results (\w+) -->.*?<!-- end of results -->", RegexOptions.Singleline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"^\| `([\w-]+)`", RegexOptions.Multiline)]
    private static partial Regex RowPattern();
}
