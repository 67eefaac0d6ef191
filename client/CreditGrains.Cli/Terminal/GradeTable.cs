using System.Globalization;

namespace CreditGrains.Cli.Terminal;

/// <summary>Moves between grades as a table: a row an old grade, a column a new one; <c>-</c> is unrated.</summary>
internal static class GradeTable
{
    private const string Corner = "old \\ new";

    public static IEnumerable<string> Lines(
        IReadOnlyList<(string? Old, string? New, long Count)> moves, IReadOnlyList<string?>? rows = null, IReadOnlyList<string?>? columns = null)
    {
        var counts = moves.GroupBy(move => (Name(move.Old), Name(move.New)))
            .ToDictionary(group => group.Key, group => group.Sum(move => move.Count));
        var old = Present((rows ?? [.. moves.Select(move => move.Old).Order(StringComparer.Ordinal)]).Select(Name), counts.Keys.Select(key => key.Item1));
        var @new = Present((columns ?? [.. moves.Select(move => move.New).Order(StringComparer.Ordinal)]).Select(Name), counts.Keys.Select(key => key.Item2));
        var cells = new List<string[]> { (string[])[Corner, .. @new] };
        foreach (var from in old)
        {
            cells.Add((string[])[from, .. @new.Select(to =>
                counts.TryGetValue((from, to), out var count) ? count.ToString(CultureInfo.InvariantCulture) : ".")]);
        }

        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToList();
        return cells.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))));
    }

    private static List<string> Present(IEnumerable<string> named, IEnumerable<string> occurring)
    {
        var all = occurring.ToHashSet();
        return [.. named.Distinct().Where(all.Contains)];
    }

    private static string Name(string? grade) => grade ?? "-";
}
