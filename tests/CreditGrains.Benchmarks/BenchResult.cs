using System.Globalization;

namespace CreditGrains.Benchmarks;

/// <summary>Medians of one line of performance.md with the spread of the rounds' ratios.</summary>
/// <param name="Name">Name of the line.</param>
/// <param name="Unit">Unit of both sides.</param>
/// <param name="Ours">Median of our side.</param>
/// <param name="Reference">Median of the reference; null where the line has a fixed bound.</param>
/// <param name="Ratio">Median of the rounds' ratios ours/reference.</param>
/// <param name="Min">Least ratio.</param>
/// <param name="Max">Greatest ratio.</param>
/// <param name="Reach">The bound to reach, in words.</param>
/// <param name="Reached">Whether the median reaches it.</param>
/// <param name="Notes">Data size, skew, warm share and what else a reader must know.</param>
public sealed record BenchResult(
    string Name, string Unit, double Ours, double? Reference, double Ratio, double Min, double Max, string Reach, bool Reached,
    string Notes)
{
    /// <summary>Of pairs of both sides.</summary>
    public static BenchResult Of(
        string name, string unit, IReadOnlyList<(double Ours, double Reference)> rounds, string reach, Func<double, bool> reached,
        string notes)
    {
        var ratios = rounds.Select(round => round.Ours / round.Reference).Order().ToList();
        return new BenchResult(
            name, unit, Median(rounds.Select(round => round.Ours)), Median(rounds.Select(round => round.Reference)),
            Median(ratios), ratios[0], ratios[^1], reach, reached(Median(ratios)), notes);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name} ours={Ours:0.###} {Unit} reference={Reference:0.###} ratio={Ratio:0.###} (min {Min:0.###} max {Max:0.###}) "
            + $"{(Reached ? "reached" : "MISSED")}: {Reach}; {Notes}");
}
