using System.Globalization;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>Calendar dates as spreadsheets and departments write them. Day and month are never guessed: the year comes first.</summary>
internal static class RowDate
{
    private static readonly string[] Formats = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日"];

    private static readonly string[] TimeFormats = ["H:m:s", "H:m", "HH:mm:ss.FFFFFFF"];

    /// <summary><c>YYYY-MM-DD</c>, or the text unchanged when it is no date. A time of day after it is left out.</summary>
    public static string Normalise(string text)
    {
        var half = HalfWidth.Of(text).Trim();
        var end = half.AsSpan().IndexOfAny(' ', 'T');
        if (end > 0)
        {
            if (!TimeOnly.TryParseExact(half[(end + 1)..].Trim(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                return text;
            half = half[..end];
        }

        return DateOnly.TryParseExact(half, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Format(date)
            : text;
    }

    public static string Format(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
