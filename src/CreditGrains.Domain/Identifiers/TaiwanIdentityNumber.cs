namespace CreditGrains.Domain.Identifiers;

/// <summary>
/// Recognises identity numbers of Taiwan: a letter and nine digits (國民身分證統一編號 and, from 2021, 新式外來人口統一證號) or two letters
/// and eight digits (resident certificates before), each with a check digit.
/// </summary>
internal static class TaiwanIdentityNumber
{
    private const int Length = 10;

    /// <summary>Number of each letter A to Z.</summary>
    private static ReadOnlySpan<byte> Letters =>
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];

    /// <summary>Whether a number begins here; separators may stand between its characters, further digits may not follow.</summary>
    /// <param name="text">Folded: ASCII letters in upper case, runs of separators as one.</param>
    /// <param name="start">Place of the letter.</param>
    public static bool IsAt(ReadOnlySpan<char> text, int start)
    {
        if (!char.IsAsciiLetterUpper(text[start]))
            return false;
        Span<char> number = stackalloc char[Length];
        var count = 0;
        var at = start;
        for (; at < text.Length && count < Length; at++)
        {
            if (text[at] is not (' ' or '.' or ','))
                number[count++] = text[at];
        }

        return count == Length && (at == text.Length || !char.IsAsciiDigit(text[at])) && Is(number);
    }

    private static bool Is(ReadOnlySpan<char> number)
    {
        if (number[2..].ContainsAnyExceptInRange('0', '9'))
            return false;
        int second;
        if (number[1] is '1' or '2' or '8' or '9')
            second = number[1] - '0';
        else if (number[1] is >= 'A' and <= 'D')
            second = Letters[number[1] - 'A'] % 10;
        else
            return false;
        var first = Letters[number[0] - 'A'];
        var sum = first / 10 + first % 10 * 9 + second * 8;
        for (var i = 2; i < 9; i++)
            sum += (number[i] - '0') * (9 - i);
        return (sum + number[9] - '0') % 10 == 0;
    }
}
