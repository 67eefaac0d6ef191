using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CreditGrains.Benchmarks;

/// <summary>All results of a run with the machine they are of.</summary>
/// <param name="Machine">Processors, memory, system, runtime, date.</param>
/// <param name="Results">By line.</param>
public sealed record BenchTable(string Machine, IReadOnlyList<BenchResult> Results)
{
    public static BenchTable Of(IReadOnlyList<BenchResult> results)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return new BenchTable(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} cores, {memory:0} GiB, {SystemName()}, .NET {Environment.Version}, "
                    + $"{DateTime.UtcNow:yyyy-MM-dd}")
                + "; client, server and database on the same machine",
            results);
    }

    /// <summary>As in the README.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder(Machine).Append("\n\n")
            .Append("| Benchmark | Ours | Reference | Ratio (min-max) | Bound | Data, skew, warm share |\n|---|---|---|---|---|---|\n");
        foreach (var result in Results)
        {
            var line = result.Reach.Split(": ", 2);
            text.Append(CultureInfo.InvariantCulture, $"| `{result.Name}` ({line[0]}) | {Number(result.Ours)} {result.Unit} ")
                .Append(CultureInfo.InvariantCulture, $"| {(result.Reference is { } reference ? Number(reference) : "-")} ")
                .Append(CultureInfo.InvariantCulture, $"| {result.Ratio:0.00} ({result.Min:0.00}-{result.Max:0.00}) ")
                .Append(CultureInfo.InvariantCulture, $"| {line[^1]}: {(result.Reached ? "reached" : "**missed**")} | {result.Notes} |\n");
        }

        return text.ToString();
    }

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
