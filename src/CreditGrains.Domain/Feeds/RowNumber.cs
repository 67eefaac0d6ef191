using System.Globalization;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>Numbers as people write them into tables: full-width digits, thousands separators.</summary>
internal static class RowNumber
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands;

    /// <summary>The plain decimal, or the text unchanged when it is none or its separators do not stand between groups of three.</summary>
    public static string Normalise(string text) => TryParse(text, out var number) ? Format(number) : text;

    public static bool TryParse(string text, out decimal number)
    {
        number = 0;
        var half = HalfWidth.Of(text).Replace(" ", "", StringComparison.Ordinal);
        return GroupsAreWhole(half) && decimal.TryParse(half, Styles, CultureInfo.InvariantCulture, out number);
    }

    public static string Format(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary><c>1,5</c> may be a decimal comma: it is nobody's to guess.</summary>
    private static bool GroupsAreWhole(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        if (point >= 0 && text.IndexOf(',', point) >= 0)
            return false;
        var groups = whole.TrimStart('-', '+').Split(',');
        return groups.Length == 1 || (groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
    }
}
