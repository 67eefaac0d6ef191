using System.Globalization;

namespace CreditGrains.Portal.Components;

/// <summary>Where lines, points and labels of a chart over days stand: in units of its view box, 760 wide.</summary>
/// <param name="Days">In order; at least one.</param>
/// <param name="Series">Each with a value for each day.</param>
internal sealed record TrendLayout(IReadOnlyList<DateOnly> Days, IReadOnlyList<TrendSeries> Series)
{
    public const int Height = 300;
    public const int Left = 70;
    public const int Right = 560;
    public const int Top = 16;
    public const int Bottom = 262;
    private const int LabelStep = 18;

    /// <summary>The greatest value rounded up to one, two or five times a power of ten, so that the axis has round numbers.</summary>
    public long Most { get; } = RoundUp(Series.SelectMany(series => series.Values).DefaultIfEmpty(0).Max());

    public string X(int day) => Shown(XOf(day));

    public string Y(long value) => Shown(YOf(value));

    /// <summary>A series as <c>polyline</c> wants it.</summary>
    public string Points(TrendSeries series) =>
        string.Join(' ', series.Values.Select((value, day) => $"{Shown(XOf(day))},{Shown(YOf(value))}"));

    /// <summary>The height of each series' label: at its last value, moved so that no two lie on each other.</summary>
    public IReadOnlyList<string> LabelHeights()
    {
        var heights = new double[Series.Count];
        var next = double.NegativeInfinity;
        var order = Enumerable.Range(0, Series.Count).OrderBy(i => YOf(Series[i].Values[^1])).ThenBy(i => i).ToList();
        foreach (var i in order)
            next = heights[i] = Math.Max(YOf(Series[i].Values[^1]) + 5, next + LabelStep);

        // Labels pushed out below move up again, from the last.
        var last = (double)Bottom + 5;
        foreach (var i in Enumerable.Reverse(order))
            last = (heights[i] = Math.Min(heights[i], last)) - LabelStep;
        return [.. heights.Select(Shown)];
    }

    private double XOf(int day) => Days.Count == 1
        ? (Left + Right) / 2d
        : Left + ((double)(Days[day].DayNumber - Days[0].DayNumber) / (Days[^1].DayNumber - Days[0].DayNumber) * (Right - Left));

    private double YOf(long value) => Bottom - ((double)value / Most * (Bottom - Top));

    private static long RoundUp(long value)
    {
        for (var step = 1L; ; step *= 10)
        {
            foreach (var most in new[] { step, 2 * step, 5 * step })
            {
                if (most >= value)
                    return most;
            }
        }
    }

    private static string Shown(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
