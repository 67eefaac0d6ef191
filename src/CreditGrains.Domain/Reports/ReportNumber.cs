using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// The number of a report: <c>CR-</c>, the date, and 80 random bits in base 32 without I L O U. Nobody guesses one; on paper it is short
/// enough to be typed.
/// </summary>
public static class ReportNumber
{
    /// <summary>Characters of a number.</summary>
    public const int Length = 28;

    private const string Prefix = "CR-";
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static readonly SearchValues<char> Random = SearchValues.Create(Alphabet);
    private const int DateAt = 3;
    private const int RandomAt = 12;
    private const int InputCharsMax = 64;

    /// <summary>A new number.</summary>
    public static string New(DateOnly date) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{date:yyyyMMdd}-{RandomNumberGenerator.GetString(Alphabet, Length - RandomAt)}");

    /// <summary>
    /// A number as people type it: in any case, with blanks around it, with O for 0 and I or L for 1, which no number has.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? number)
    {
        number = null;
        if (text is null || text.Length > InputCharsMax)
            return false;
        var given = text.Trim().ToUpperInvariant();
        if (given.Length != Length || !given.StartsWith(Prefix, StringComparison.Ordinal) || given[RandomAt - 1] != '-'
            || !DateOnly.TryParseExact(
                given.AsSpan(DateAt, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return false;
        var random = given[RandomAt..].Replace('O', '0').Replace('I', '1').Replace('L', '1');
        if (random.AsSpan().ContainsAnyExcept(Random))
            return false;
        number = given[..RandomAt] + random;
        return true;
    }
}
