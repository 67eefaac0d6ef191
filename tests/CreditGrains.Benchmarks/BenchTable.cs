using System.Globalization;
using System.Runtime.InteropServices;

namespace CreditGrains.Benchmarks;

/// <summary>All results of a run with the machine they are of.</summary>
/// <param name="Machine">Processors, memory, system, runtime.</param>
/// <param name="Day">Day of the run, UTC.</param>
/// <param name="Results">By line.</param>
public sealed record BenchTable(string Machine, DateOnly Day, IReadOnlyList<BenchResult> Results)
{
    public static BenchTable Of(IReadOnlyList<BenchResult> results)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return new BenchTable(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} cores, {memory:0} GiB, {SystemName()}, .NET {Environment.Version}")
                + "; client, server and database on the same machine",
            DateOnly.FromDateTime(DateTime.UtcNow), results);
    }

    /// <summary>As in docs/performance.md.</summary>
    public string ToMarkdown() => string.Create(CultureInfo.InvariantCulture, $"{Machine}, {Day:yyyy-MM-dd}\n\n")
        + "| Benchmark | Ours | Reference | Ratio (min-max) | Bound | Data, skew, warm share |\n|---|---|---|---|---|---|\n"
        + string.Concat(Rows().Select(row => row + "\n"));

    /// <summary>A row of the table for each result.</summary>
    public IEnumerable<string> Rows() => Results.Select(result =>
    {
        var line = result.Reach.Split(": ", 2);
        return string.Create(CultureInfo.InvariantCulture,
            $"| `{result.Name}` ({line[0]}) | {Number(result.Ours)} {result.Unit} "
            + $"| {(result.Reference is { } reference ? Number(reference) : "-")} "
            + $"| {result.Ratio:0.00} ({result.Min:0.00}-{result.Max:0.00}) "
            + $"| {line[^1]}: {(result.Reached ? "reached" : "**missed**")} | {result.Notes}; {Day:yyyy-MM-dd} |");
    });

    private static string Number(double value) => value switch
    {
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:#,0} k"),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}"),
    };

    private static string SystemName()
    {
        const string Release = "/etc/os-release";
        return (File.Exists(Release) ? File.ReadLines(Release) : [])
            .FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"')
            ?? RuntimeInformation.OSDescription;
    }
}
