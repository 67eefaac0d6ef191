using System.Globalization;

namespace CreditGrains.Domain.Assessment;

/// <summary>Milli-points as text.</summary>
public static class MilliPoints
{
    /// <summary>A decimal with three places, for instance <c>-30.125</c>.</summary>
    public static string Text(Int128 milli)
    {
        var (whole, thousandths) = Int128.DivRem(Int128.Abs(milli), 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{(milli < 0 ? "-" : "")}{whole}.{(int)thousandths:D3}");
    }
}
