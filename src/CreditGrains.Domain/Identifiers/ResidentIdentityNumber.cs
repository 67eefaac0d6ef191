using System.Globalization;

namespace CreditGrains.Domain.Identifiers;

/// <summary>
/// Recognises resident-identity numbers (公民身份号码, GB 11643-1999), so that none is taken for an organisation or kept in a text.
/// </summary>
internal static class ResidentIdentityNumber
{
    public const int Length = 18;

    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>
    /// 18 half-width characters: a province, a birth date from 1900 to the given day, and the ISO 7064 MOD 11-2 check character.
    /// </summary>
    public static bool Is(ReadOnlySpan<char> text, DateOnly bornUntil)
    {
        if (text.Length != Length || text[..17].ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!IsProvince(text) || !IsBirthDate(text[6..14], bornUntil))
            return false;
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += (text[i] - '0') * Weights[i];
        var expected = "10X98765432"[sum % 11];
        return text[17] == expected || (expected == 'X' && text[17] == 'x');
    }

    /// <summary>
    /// 15 digits of the form used until 1999: province, district, birth date, serial number. Births before 1910 are left out: nobody alive
    /// is older, and registration numbers of enterprises (工商注册号), which have a 0 there, would be taken for them.
    /// </summary>
    public static bool IsOldForm(ReadOnlySpan<char> text)
    {
        if (text.Length != 15 || text.ContainsAnyExceptInRange('0', '9') || text[6] == '0' || !IsProvince(text))
            return false;
        Span<char> birth = ['1', '9', .. text[6..12]];
        return IsBirthDate(birth, DateOnly.MaxValue);
    }

    private static bool IsProvince(ReadOnlySpan<char> text) => ((text[0] - '0') * 10 + text[1] - '0') is
        (>= 11 and <= 15) or (>= 21 and <= 23) or (>= 31 and <= 37) or (>= 41 and <= 46) or (>= 50 and <= 54) or (>= 61 and <= 65)
        or 71 or (>= 81 and <= 83);

    private static bool IsBirthDate(ReadOnlySpan<char> text, DateOnly bornUntil) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born)
        && born.Year >= 1900 && born <= bornUntil;
}
