using System.Buffers;
using System.Text;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Finds resident-identity numbers and mobile numbers in texts (semantics, section 11). Identity numbers are taken only with a
/// province, a possible birth date and the right check character and not within a longer run of letters and digits, so that codes of
/// organisations pass; numbers of the old 15-digit form only near the word 身份证.
/// </summary>
public static class PersonalDataScanner
{
    private const string IdentityCard = "身份证";
    private const int IdentityCardDistanceMax = 16;

    /// <summary>A mobile number, the shortest thing looked for, has this many digits.</summary>
    private const int DigitsMin = 11;

    /// <summary>Digits, and the first byte of full-width ones.</summary>
    private static readonly SearchValues<byte> NumberStarts = SearchValues.Create([.. "0123456789"u8, 0xEF]);

    /// <summary>True when the text, in UTF-8, holds such a number.</summary>
    /// <param name="text">Any bytes; what is not UTF-8 is passed over.</param>
    /// <param name="today">Nobody is born later.</param>
    public static bool Holds(ReadOnlySpan<byte> text, DateOnly today) => HasDigits(text) && Holds(text, today, identityOnly: false);

    /// <inheritdoc cref="Holds(ReadOnlySpan{byte}, DateOnly)"/>
    public static bool Holds(ReadOnlySpan<char> text, DateOnly today) => Scan(text, today, identityOnly: false);

    /// <summary>Without mobile numbers: for fields that are numbers, where 11 digits are an amount.</summary>
    internal static bool HoldsIdentity(ReadOnlySpan<byte> text, DateOnly today) =>
        HasDigits(text) && Holds(text, today, identityOnly: true);

    private static bool Holds(ReadOnlySpan<byte> text, DateOnly today, bool identityOnly)
    {
        var chars = ArrayPool<char>.Shared.Rent(text.Length);
        var count = Encoding.UTF8.GetChars(text, chars);
        var found = Scan(chars.AsSpan(0, count), today, identityOnly);
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        return found;
    }

    /// <summary>
    /// Most texts have no long number and need no closer look. Digits are counted until something comes that never stands within one: an
    /// ASCII character other than space and hyphen, or a Chinese one (lead bytes E4 to E9).
    /// </summary>
    private static bool HasDigits(ReadOnlySpan<byte> text)
    {
        if (text.Length < DigitsMin)
            return false;
        var at = text.IndexOfAny(NumberStarts);
        while (at >= 0 && text.Length - at >= DigitsMin)
        {
            var count = 0;
            for (; at < text.Length; at++)
            {
                var b = text[at];
                if (b is >= (byte)'0' and <= (byte)'9'
                    || (b is >= 0x90 and <= 0x99 && at >= 2 && text[at - 1] == 0xBC && text[at - 2] == 0xEF))
                {
                    if (++count == DigitsMin)
                        return true;
                }
                else if (b is < 0x80 and not ((byte)' ' or (byte)'-') or (>= 0xE4 and <= 0xE9))
                {
                    break;
                }
            }

            text = text[at..];
            at = text.IndexOfAny(NumberStarts);
        }

        return false;
    }

    private static bool Scan(ReadOnlySpan<char> text, DateOnly today, bool identityOnly)
    {
        var buffer = ArrayPool<char>.Shared.Rent(Math.Max(text.Length, 1));
        var length = 0;
        foreach (var c in text)
        {
            if (!IsInvisible(c))
                buffer[length++] = HalfWidth.Of(c);
        }

        var found = ScanNormal(buffer.AsSpan(0, length), today, identityOnly);
        ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        return found;
    }

    private static bool ScanNormal(ReadOnlySpan<char> text, DateOnly today, bool identityOnly)
    {
        for (var i = 0; i + DigitsMin <= text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
                continue;
            if ((i == 0 || !char.IsAsciiLetterOrDigit(text[i - 1])) && (IsIdentity(text, i, today) || IsOldIdentity(text, i)))
                return true;
            if (!identityOnly && text[i] == '1' && IsMobileStart(text[..i]) && IsMobile(text[i..]))
                return true;
        }

        return false;
    }

    /// <summary>18 characters in a row, or grouped 6-8-4.</summary>
    private static bool IsIdentity(ReadOnlySpan<char> text, int at, DateOnly today)
    {
        Span<char> number = stackalloc char[ResidentIdentityNumber.Length];
        var next = Gather(text, at, number, 6, 14);
        return next > 0 && (next == text.Length || !char.IsAsciiLetterOrDigit(text[next])) && ResidentIdentityNumber.Is(number, today);
    }

    private static bool IsOldIdentity(ReadOnlySpan<char> text, int at)
    {
        if (at + 15 > text.Length || (at + 15 < text.Length && char.IsAsciiLetterOrDigit(text[at + 15])))
            return false;
        return ResidentIdentityNumber.IsOldForm(text.Slice(at, 15))
            && text[Math.Max(0, at - IdentityCardDistanceMax - IdentityCard.Length)..at].Contains(IdentityCard, StringComparison.Ordinal);
    }

    private static bool IsMobileStart(ReadOnlySpan<char> before)
    {
        if (before.Length == 0 || !char.IsAsciiDigit(before[^1]))
            return true;
        return before.EndsWith("+86") || before.EndsWith("0086");
    }

    /// <summary>1, then 3 to 9, then nine digits, in a row or grouped 3-4-4.</summary>
    private static bool IsMobile(ReadOnlySpan<char> text)
    {
        Span<char> number = stackalloc char[DigitsMin];
        var next = Gather(text, 0, number, 3, 7);
        return next > 0 && number[1] is >= '3' and <= '9' && !number.ContainsAnyExceptInRange('0', '9')
            && (next == text.Length || !char.IsAsciiDigit(text[next]));
    }

    /// <summary>Copies letters and digits, passing over one separator before each of the two places.</summary>
    /// <returns>The index after them, or -1.</returns>
    private static int Gather(ReadOnlySpan<char> text, int at, Span<char> to, int first, int second)
    {
        for (var i = 0; i < to.Length; i++)
        {
            if ((i == first || i == second) && at < text.Length && IsSeparator(text[at]))
                at++;
            if (at >= text.Length || !char.IsAsciiLetterOrDigit(text[at]))
                return -1;
            to[i] = text[at++];
        }

        return at;
    }

    private static bool IsSeparator(char c) => c is ' ' or '-' or '\u00A0' or (>= '\u2010' and <= '\u2015') or '\u2212';

    private static bool IsInvisible(char c) => c is (>= '\u200B' and <= '\u200D') or '\u2060' or '\uFEFF' or '\u00AD';
}
