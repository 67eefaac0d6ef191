using System.Globalization;

namespace CreditGrains.Engine.Bulletins;

/// <summary>Months as bulletins are named by them: <c>2026-11</c>.</summary>
public static class BulletinMonth
{
    private const string Form = "yyyy-MM";

    public static string Of(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    public static DateOnly FirstDay(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>First day of the month; null where the text is none.</summary>
    public static DateOnly? Parse(string? text) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
