using System.Globalization;

namespace CreditGrains.Domain.Feeds;

/// <summary>Decimals of at most 6 places and 9.2e12 in magnitude, held as whole millionths.</summary>
internal static class DecimalText
{
    public const int PlacesMax = 6;

    /// <summary>Greatest magnitude: 9.2e12 units.</summary>
    public const long MicroMax = 9_200_000_000_000_000_000;

    private const int DigitsMax = 40;

    public enum Outcome
    {
        Good,
        Malformed,
        OutOfRange,
        TooManyPlaces,
    }

    /// <summary>Reads digits with an optional sign and point; exponents only where allowed, as JSON numbers may have them.</summary>
    public static Outcome Parse(ReadOnlySpan<byte> text, bool allowExponent, int places, out long micro)
    {
        micro = 0;
        Span<byte> digits = stackalloc byte[DigitsMax];
        var count = 0;
        long scale = 0;
        var lost = false;
        var seen = false;
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var negative = i == 1;
        var afterPoint = false;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && !afterPoint && seen)
            {
                afterPoint = true;
                seen = false;
                continue;
            }

            if (c is < (byte)'0' or > (byte)'9')
                break;
            seen = true;
            if (count > 0 || c != '0')
            {
                if (count < DigitsMax)
                    digits[count++] = (byte)(c - '0');
                else
                {
                    lost |= c != '0';
                    scale--;
                }
            }

            if (afterPoint)
                scale++;
        }

        if (!seen)
            return Outcome.Malformed;
        if (i < text.Length)
        {
            if (!allowExponent || text[i] is not ((byte)'e' or (byte)'E'))
                return Outcome.Malformed;
            scale -= Exponent(text[(i + 1)..]);
        }

        while (count > 0 && digits[count - 1] == 0)
        {
            count--;
            scale--;
        }

        if (count == 0)
            return Outcome.Good;
        if (count - scale > 13)
            return Outcome.OutOfRange;
        if (lost || scale > places)
            return Outcome.TooManyPlaces;
        Int128 value = 0;
        foreach (var digit in digits[..count])
            value = value * 10 + digit;
        for (; scale < PlacesMax; scale++)
            value *= 10;
        if (value > MicroMax)
            return Outcome.OutOfRange;
        micro = negative ? -(long)value : (long)value;
        return Outcome.Good;
    }

    /// <summary>Without exponent, trailing zeros or a negative zero.</summary>
    /// <param name="micro">Whole millionths.</param>
    /// <param name="to">At least 32 bytes.</param>
    /// <returns>Number of bytes written.</returns>
    public static int Format(long micro, Span<byte> to)
    {
        var length = 0;
        if (micro < 0)
            to[length++] = (byte)'-';
        var magnitude = micro < 0 ? (ulong)-micro : (ulong)micro;
        (magnitude / 1_000_000).TryFormat(to[length..], out var written, provider: CultureInfo.InvariantCulture);
        length += written;
        var fraction = (uint)(magnitude % 1_000_000);
        if (fraction == 0)
            return length;
        to[length++] = (byte)'.';
        for (var unit = 100_000u; fraction > 0; unit /= 10)
        {
            to[length++] = (byte)('0' + fraction / unit);
            fraction %= unit;
        }

        return length;
    }

    /// <summary>Whole millionths at or above; saturates beyond the range.</summary>
    public static long MicroCeiling(decimal value) => (long)Math.Clamp(Scaled(value, decimal.Ceiling), -MicroMax - 1m, MicroMax + 1m);

    /// <summary>Whole millionths at or below; saturates beyond the range.</summary>
    public static long MicroFloor(decimal value) => (long)Math.Clamp(Scaled(value, decimal.Floor), -MicroMax - 1m, MicroMax + 1m);

    private static decimal Scaled(decimal value, Func<decimal, decimal> round) =>
        round(Math.Clamp(value, -10_000_000_000_000m, 10_000_000_000_000m) * 1_000_000m);

    private static long Exponent(ReadOnlySpan<byte> text)
    {
        var negative = text.Length > 0 && text[0] == '-';
        long value = 0;
        foreach (var c in text)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
                value = Math.Min(value * 10 + c - '0', 1_000_000_000);
        }

        return negative ? -value : value;
    }
}
