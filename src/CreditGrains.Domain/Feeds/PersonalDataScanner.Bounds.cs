using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

// Texts that cannot hold a number of a person are told from their bytes: nearly all of them, and codes of organisations.
public static partial class PersonalDataScanner
{
    private const int MobileLength = 11;

    /// <summary>Digits of the shortest number looked for; an identity number of Taiwan has letters besides.</summary>
    private const int TaiwanDigitsMin = 8;

    /// <summary>Role of a byte of UTF-8 in a number.</summary>
    private enum Part : byte
    {
        /// <summary>A separator, or a byte within a character.</summary>
        Nothing,
        Digit,

        /// <summary>A letter: no number goes on behind it.</summary>
        Letter,

        /// <summary>First byte of a character that may be a digit of another form.</summary>
        Lead,
    }

    private static readonly Part[] Parts = [.. Enumerable.Range(0, 256).Select(b => b switch
    {
        >= '0' and <= '9' => Part.Digit,
        (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0xE4 and <= 0xE9) or (>= 0xEB and <= 0xED) => Part.Letter,
        >= 0xC0 => Part.Lead,
        _ => Part.Nothing,
    })];

    private static readonly System.Buffers.SearchValues<byte> NumberStarts = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(b => Parts[b] is Part.Digit or Part.Lead).Select(b => (byte)b)]);

    /// <summary>
    /// Whether so many digits follow each other with no letter between as the shortest number has; most texts have not, and are not
    /// decoded.
    /// </summary>
    private static bool MayHold(ReadOnlySpan<byte> text, PersonalForms forms)
    {
        var digitsMin = forms.HasFlag(PersonalForms.Taiwan) ? TaiwanDigitsMin : MobileLength;
        while (text.Length >= MobileLength - 1)
        {
            var at = text.IndexOfAny(NumberStarts);
            if (at < 0)
                return false;
            var count = 0;
            for (; at < text.Length; at++)
            {
                var part = Parts[text[at]];
                if (part == Part.Digit)
                    count++;
                else if (part == Part.Lead)
                    count += DigitsOf(text, ref at, ref part);
                if (count >= digitsMin)
                    return true;
                if (part == Part.Letter)
                    break;
            }

            text = text[at..];
            if (text.Length > 0)
                text = text[1..];
        }

        return false;
    }

    /// <summary>At most how many digits a character beyond ASCII stands for; the common ones are told exactly.</summary>
    private static int DigitsOf(ReadOnlySpan<byte> text, ref int at, ref Part part)
    {
        if (at + 2 >= text.Length)
            return 2;
        switch (text[at], text[at + 1])
        {
            case (0xE3, 0x80) or (0xE2, 0x80) or (0xEF, 0xBF):
                at += 2;
                return 0;
            case (0xE3, 0x81 or 0x82 or 0x83):
                part = Part.Letter;
                return 0;
            case (0xEF, 0xBC or 0xBD):
                var last = text[at + 2];
                at += 2;
                return text[at - 1] == 0xBC && last is >= 0x90 and <= 0x99 ? 1 : 0;
            default:
                return 2;
        }
    }

    /// <summary>
    /// The end of an amount that begins here: digits, perhaps in groups of three with commas, and decimal places: up to seven, as
    /// fractions of a second have them, or any number behind one or two digits. 0 where there is none, or neither comma nor point.
    /// </summary>
    private static int AmountEnd(ReadOnlySpan<char> text, int start)
    {
        const int GroupDigits = 3;
        const int PlacesMax = 7;
        const int DigitsOfTime = 2;
        var at = start + DigitsAt(text, start);
        var end = 0;
        if (at - start is >= 1 and <= GroupDigits)
        {
            while (at < text.Length && text[at] == ',' && DigitsAt(text, at + 1) == GroupDigits)
                end = at += GroupDigits + 1;
        }

        if (at > start && at < text.Length && text[at] == '.' && DigitsAt(text, at + 1) is >= 1 and var places
            && (places <= PlacesMax || at - start <= DigitsOfTime))
            end = at += places + 1;
        var isWhole = at + 1 >= text.Length || text[at] is not ('.' or ',') || !char.IsAsciiDigit(text[at + 1]);
        return isWhole ? end : 0;
    }

    /// <summary>Number of digits from here on.</summary>
    private static int DigitsAt(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at - start;
    }

    /// <summary>
    /// Whether the digits are part of a digest or a GUID: 32 or more hexadecimal characters, some of them letters, with single separators
    /// at most. Random ones hold 11 fitting digits once in some hundreds.
    /// </summary>
    private static bool IsWithinHexadecimal(ReadOnlySpan<char> text, int start, int end)
    {
        const int LengthMin = 32;
        const int LettersMin = 4;
        while (start > 0 && IsHexadecimal(text[start - 1]))
            start--;
        while (end < text.Length && IsHexadecimal(text[end]))
            end++;
        var (length, letters) = (0, 0);
        foreach (var c in text[start..end])
        {
            length += FoldedText.IsSeparator(c) ? 0 : 1;
            letters += char.IsAsciiLetter(c) ? 1 : 0;
        }

        return length >= LengthMin && letters >= LettersMin;

        static bool IsHexadecimal(char c) => char.IsAsciiHexDigitUpper(c) || FoldedText.IsSeparator(c);
    }

    /// <summary>
    /// Whether the digits are part of a valid unified social credit code: 18 letters and digits, separated or not, with neither letters
    /// nor digits directly behind, and no digit directly before.
    /// </summary>
    private static bool IsWithinOrganisationCode(ReadOnlySpan<char> text, int start, int end)
    {
        Span<char> code = stackalloc char[Uscc.Length];
        for (var from = start; from >= 0; from--)
        {
            if (text[from] == FoldedText.OtherLetter)
                return false;
            if (FoldedText.IsSeparator(text[from]) || (from > 0 && char.IsAsciiDigit(text[from - 1])))
                continue;
            var count = 0;
            var at = from;
            for (; at < text.Length && count < Uscc.Length && text[at] != FoldedText.OtherLetter; at++)
            {
                if (!FoldedText.IsSeparator(text[at]))
                    code[count++] = text[at];
            }

            if (at < end)
                return false;
            if (count == Uscc.Length && (at == text.Length || !char.IsAsciiLetterOrDigit(text[at])) && Uscc.Validate(code) is null)
                return true;
        }

        return false;
    }
}
