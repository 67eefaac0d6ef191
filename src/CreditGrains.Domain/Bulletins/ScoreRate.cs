using System.Globalization;

namespace CreditGrains.Domain.Bulletins;

/// <summary>A rate with both of its numbers, since departments dispute the lower one.</summary>
/// <param name="Numerator">How many are good.</param>
/// <param name="Denominator">Of how many; 0 where there is nothing to compare with.</param>
public sealed record ScoreRate(long Numerator, long Denominator)
{
    /// <summary>In percent with two places, truncated; null where the denominator is 0.</summary>
    public string? Percent => Share(100);

    /// <summary>So many of each ten thousand, with two places, truncated; null where the denominator is 0.</summary>
    public string? PerTenThousand => Share(10_000);

    private string? Share(int whole) => Denominator == 0 ? null
        : (Math.Truncate((decimal)Numerator * whole * 100 / Denominator) / 100).ToString("0.00", CultureInfo.InvariantCulture);
}
