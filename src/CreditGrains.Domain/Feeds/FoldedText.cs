using System.Globalization;
using System.Text;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// A text as the scanner for personal data reads it: any decimal, circled, raised or full-width digit as ASCII, letters in upper case,
/// every run of other characters as one space (a single dot or comma as itself: it may be an amount's), any further letter as
/// <see cref="OtherLetter"/>; format characters are dropped. This is what NFKC does to numbers; NFKC itself is not at hand, since the
/// program runs without tables of cultures. Within an address of the web the parts of its path do not make up one number.
/// </summary>
internal static class FoldedText
{
    /// <summary>A letter that stands in no number: Han, kana, Hangul, ...</summary>
    public const char OtherLetter = '#';

    public const char Separator = ' ';

    /// <summary>Room for the longest result: a circled number such as 50 becomes two characters.</summary>
    public static int LengthMax(int chars) => 2 * chars;

    public static bool IsSeparator(char c) => c is Separator or '.' or ',';

    /// <summary>Writes the folded text.</summary>
    /// <returns>Number of characters written.</returns>
    public static int Fold(ReadOnlySpan<char> text, Span<char> to)
    {
        var length = 0;
        var isAddress = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80)
            {
                isAddress = c > ' ' && (isAddress || (c == ':' && text[i..].StartsWith("://")));
                var folded = OfAscii(c);
                Add(to, ref length, isAddress && IsSeparator(folded) ? OtherLetter : folded);
                continue;
            }

            isAddress = false;
            if (c is >= '\u4E00' and <= '\u9FFF')
            {
                Add(to, ref length, OtherLetter);
                continue;
            }

            if (Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
                rune = Rune.ReplacementChar;
            i += consumed - 1;
            AddRune(to, ref length, rune);
        }

        return length;
    }

    private static void AddRune(Span<char> to, ref int length, Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Format:
                break;
            case UnicodeCategory.DecimalDigitNumber:
                Add(to, ref length, (char)('0' + (int)Rune.GetNumericValue(rune)));
                break;
            case UnicodeCategory.OtherNumber when Rune.GetNumericValue(rune) is var value and >= 0 and < 100 && value == Math.Floor(value):
                if (value >= 10)
                    Add(to, ref length, (char)('0' + (int)value / 10));
                Add(to, ref length, (char)('0' + (int)value % 10));
                break;
            default:
                Add(to, ref length, LetterOf(rune));
                break;
        }
    }

    private static char LetterOf(Rune rune) => rune.Value switch
    {
        >= 0xFF21 and <= 0xFF3A => (char)(rune.Value - 0xFF21 + 'A'),
        >= 0xFF41 and <= 0xFF5A => (char)(rune.Value - 0xFF41 + 'A'),
        >= 0x24B6 and <= 0x24CF => (char)(rune.Value - 0x24B6 + 'A'),
        >= 0x24D0 and <= 0x24E9 => (char)(rune.Value - 0x24D0 + 'A'),
        >= 0x1D400 and <= 0x1D6A3 => (char)((rune.Value - 0x1D400) % 26 + 'A'),
        // The check character X as the Roman ten, and as the Greek and Cyrillic letters that look the same.
        0x2169 or 0x2179 or 0x03A7 or 0x03C7 or 0x0425 or 0x0445 => 'X',
        0xFF0E => '.',
        0xFF0C => ',',
        _ => Rune.IsLetterOrDigit(rune) ? OtherLetter : Separator,
    };

    private static char OfAscii(char c) => c switch
    {
        >= '0' and <= '9' or >= 'A' and <= 'Z' => c,
        >= 'a' and <= 'z' => (char)(c - 32),
        '.' or ',' => c,
        _ => Separator,
    };

    private static void Add(Span<char> to, ref int length, char c)
    {
        if (!IsSeparator(c))
            to[length++] = c;
        else if (length > 0 && IsSeparator(to[length - 1]))
            to[length - 1] = Separator;
        else
            to[length++] = c;
    }
}
