namespace CreditGrains.Domain.Policies;

/// <summary>A share of subjects; for a sample with its 95 % interval.</summary>
/// <param name="Count">How many have the property.</param>
/// <param name="Total">Of how many looked at.</param>
/// <param name="LowPercent">Lower end of the interval; the share itself when all subjects were looked at.</param>
/// <param name="HighPercent">Upper end of the interval.</param>
/// <remarks>
/// The interval is the score interval of E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal
/// of the American Statistical Association 22 (1927) 209-212, without the correction for finite populations, which would narrow it.
/// </remarks>
public sealed record Share(long Count, long Total, double LowPercent, double HighPercent)
{
    /// <summary>The 0.975 quantile of the standard normal distribution.</summary>
    private const double Z = 1.959963984540054;

    public double Percent => Total == 0 ? 0 : 100.0 * Count / Total;

    /// <summary>A share of what was looked at, as a statement on the population: without error when that is all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= count &lt;= looked.</exception>
    public static Share Of(long count, long looked, long population)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, looked);
        if (population <= looked)
        {
            var exact = looked == 0 ? 0 : 100.0 * count / looked;
            return new Share(count, looked, exact, exact);
        }

        // Nothing looked at says nothing.
        if (looked == 0)
            return new Share(0, 0, 0, 100);
        var n = (double)looked;
        var p = count / n;
        var spread = 1 + (Z * Z / n);
        var centre = (p + (Z * Z / (2 * n))) / spread;
        var half = Z / spread * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        return new Share(
            count, looked, count == 0 ? 0 : 100 * Math.Max(0, centre - half), count == looked ? 100 : 100 * Math.Min(1, centre + half));
    }
}
