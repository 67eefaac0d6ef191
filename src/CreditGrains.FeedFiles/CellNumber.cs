using System.Globalization;
using System.Text;

namespace CreditGrains.FeedFiles;

/// <summary>
/// The number of a spreadsheet's cell as the text a person sees in it: a date by its format, a code with the leading zeros that its format
/// gives. What the program keeps is a binary number of 15 digits (ECMA-376, 18.3.1.96; 18.8.30 for the formats).
/// </summary>
internal static class CellNumber
{
    private const double DigitsMax = 1e15;

    /// <summary>Text of a number, or why there is none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">Id of its number format.</param>
    /// <param name="code">Code of a format of the workbook's own; null for a built-in one.</param>
    /// <param name="from1904">Whether days are counted from 1904-01-01.</param>
    public static (string Text, string? Fault) Of(double value, int format, string? code, bool from1904)
    {
        if (!double.IsFinite(value))
            return ("", "it is no number");
        switch (code is null ? KindOf(format) : KindOf(code))
        {
            case Kind.Date:
                return Date(value, from1904);
            case Kind.TimeOfDay:
                return value is >= 0 and < 1 ? (Clock(value), null) : ("", "it is a span of time");
            default:
                break;
        }

        if (Math.Abs(value) >= DigitsMax)
            return ("", "a number of more than 15 digits, of which the last are lost");
        var text = value == 0 || Math.Abs(value) >= 1e-13
            ? ((decimal)value).ToString("0.############################", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
        var zeros = LeadingZeros(code);
        if (zeros is null)
            return ("", $"its format '{code}' shows leading zeros in a way that is not kept");
        return value >= 0 && value == Math.Floor(value) && zeros > text.Length ? (text.PadLeft(zeros.Value, '0'), null) : (text, null);
    }

    private enum Kind
    {
        Number,
        Date,
        TimeOfDay,
    }

    /// <summary>Built-in formats; 27 to 36 and 50 to 58 are those of the East Asian versions.</summary>
    private static Kind KindOf(int format) => format switch
    {
        (>= 14 and <= 17) or 22 or (>= 27 and <= 31) or 36 or (>= 50 and <= 54) or 57 or 58 => Kind.Date,
        (>= 18 and <= 21) or (>= 32 and <= 35) or (>= 45 and <= 47) or 55 or 56 => Kind.TimeOfDay,
        _ => Kind.Number,
    };

    private static Kind KindOf(string code)
    {
        var letters = Letters(code, out var isSpan);
        if (isSpan)
            return Kind.TimeOfDay;
        if (letters.Contains("general", StringComparison.Ordinal))
            return Kind.Number;
        var number = letters.AsSpan().ContainsAny('0', '#', '?');
        if (letters.AsSpan().ContainsAny('y', 'd') || (!number && letters.AsSpan().ContainsAny("egb")))
            return Kind.Date;
        var clock = letters.AsSpan().ContainsAny('h', 's');
        return clock ? Kind.TimeOfDay : letters.Contains('m', StringComparison.Ordinal) ? Kind.Date : Kind.Number;
    }

    /// <summary>The first section in lower case without quotes, escapes and brackets; hours or minutes in brackets are a span.</summary>
    private static string Letters(string code, out bool isSpan)
    {
        isSpan = false;
        var letters = new StringBuilder();
        for (var i = 0; i < code.Length; i++)
        {
            var close = code[i] switch
            {
                '"' => code.IndexOf('"', i + 1),
                '[' => code.IndexOf(']', i + 1),
                '\\' or '_' or '*' => i + 1,
                _ => i,
            };
            if (code[i] == ';')
                break;
            if (close < 0)
                break;
            if (code[i] == '[')
                isSpan = isSpan || code[(i + 1)..close].ToUpperInvariant() is "H" or "HH" or "M" or "MM" or "S" or "SS";
            else if (close == i)
                letters.Append(char.ToLowerInvariant(code[i]));
            i = close;
        }

        return letters.ToString();
    }

    /// <summary>Digits that a format of zeros pads to; 0 where it pads nothing; null where it pads and is of more than zeros.</summary>
    private static int? LeadingZeros(string? code)
    {
        if (code is null)
            return 0;
        var letters = Letters(code, out _);
        var whole = letters.Split('.')[0];
        var zeros = whole.Count(c => c == '0');
        if (zeros < 2)
            return 0;
        return letters.All(c => c == '0') && code.All(c => c == '0') ? zeros : null;
    }

    /// <summary>Day 60 of the count from 1900 is 29 February 1900, which never was; before it the count is one behind.</summary>
    private static (string Text, string? Fault) Date(double value, bool from1904)
    {
        var day = Math.Floor(value);
        if (day < (from1904 ? 0 : 1) || day > 2_958_465 || (!from1904 && day == 60))
            return ("", "it is no date");
        var first = from1904 ? new DateOnly(1904, 1, 1) : day < 60 ? new DateOnly(1899, 12, 31) : new DateOnly(1899, 12, 30);
        if (first.DayNumber + day > DateOnly.MaxValue.DayNumber)
            return ("", "it is no date");
        var date = first.AddDays((int)day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var clock = Clock(value - day);
        return (clock == "00:00:00" ? date : $"{date} {clock}", null);
    }

    private static string Clock(double share)
    {
        var seconds = Math.Min(86_399, (int)Math.Round(share * 86_400));
        return TimeOnly.MinValue.Add(TimeSpan.FromSeconds(seconds)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
