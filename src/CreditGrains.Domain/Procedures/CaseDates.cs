using System.Globalization;

namespace CreditGrains.Domain.Procedures;

/// <summary>Dates among the facts of a case.</summary>
internal static class CaseDates
{
    /// <summary>Null for none, and for what is no date.</summary>
    public static DateOnly? Read(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
