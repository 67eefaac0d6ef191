using System.Globalization;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Numbers as people write them into tables: full-width digits, and thousands separated by commas or by spaces. What may as well mean
/// something else (a decimal comma, two amounts in one cell) is no number.
/// </summary>
internal static class RowNumber
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>The plain decimal, or the text unchanged when it is none or its separators do not stand between groups of three.</summary>
    public static string Normalise(string text) => TryParse(text, out var number) ? Format(number) : text;

    public static bool TryParse(string text, out decimal number)
    {
        number = 0;
        return Ungrouped(HalfWidth.Of(text).Trim()) is { } plain
            && decimal.TryParse(plain, Styles, CultureInfo.InvariantCulture, out number);
    }

    public static string Format(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>The text without separators; null where they are not those of thousands.</summary>
    private static string? Ungrouped(string text)
    {
        text = text.Replace('\u00A0', ' ').Replace('\u2009', ' ').Replace('\u202F', ' ');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        if (point >= 0 && text.AsSpan(point).ContainsAny(',', ' '))
            return null;
        var separator = whole.Contains(',', StringComparison.Ordinal) ? ',' : ' ';
        var groups = whole.TrimStart('-', '+').Split(separator);
        if (groups.Length == 1)
            return text;

        // "500 300" is a list of two amounts as likely as one amount; no list is written with commas alone, or with a shorter first group.
        var first = groups[0].Length >= 1 && groups[0].Length <= (separator == ',' ? 3 : 2);
        return first && groups.Skip(1).All(group => group.Length == 3 && group.All(char.IsAsciiDigit)) && groups[0].All(char.IsAsciiDigit)
            ? text.Replace(separator.ToString(), "", StringComparison.Ordinal)
            : null;
    }
}
