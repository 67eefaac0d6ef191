using System.Buffers;
using System.Globalization;
using System.Text;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Characters allowed in texts that are stored and shown. A text of invisible characters only is no text; control characters may forge
/// lines of a terminal or file, format characters (Unicode category Cf, U+2028, U+2029) the order in which a name is read. Texts are
/// never altered: one with such a character is refused.
/// </summary>
public static class PlainText
{
    /// <summary>First bytes of the characters beyond ASCII that are refused anywhere.</summary>
    private static readonly SearchValues<byte> Leads =
        SearchValues.Create(0xC2, 0xD8, 0xDB, 0xDC, 0xE0, 0xE1, 0xE2, 0xEF, 0xF0, 0xF3);

    /// <summary>True when nothing of the text can be seen; so of an empty one.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsInvisible(rune))
                return false;
        }

        return true;
    }

    /// <inheritdoc cref="IsBlank(ReadOnlySpan{char})"/>
    internal static bool IsBlank(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            // Nearly every text begins with a letter, a digit or a Chinese character.
            if (text[0] is (> 0x20 and < 0x7F) or (>= 0xE4 and <= 0xE9))
                return false;
            Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            if (!IsInvisible(rune))
                return false;
            text = text[consumed..];
        }

        return true;
    }

    /// <summary>Judges a text of a command.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hasLines">Whether line feeds and tabs may stand in it.</param>
    /// <returns><c>control-character</c>, <c>format-character</c>, or null.</returns>
    public static ErrorDescription? FaultOf(ReadOnlySpan<char> text, bool hasLines)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) && !(hasLines && rune.Value is '\n' or '\t'))
                return ErrorCatalogue.ControlCharacter;
            if (IsFormat(rune))
                return ErrorCatalogue.FormatCharacter;
        }

        return null;
    }

    /// <summary>
    /// Judges a text of a record for characters beyond ASCII: control characters (U+0080 to U+009F) and those that turn the direction of
    /// writing anywhere, every format character in names.
    /// </summary>
    internal static ErrorDescription? FaultBeyondAscii(ReadOnlySpan<byte> text, bool isName)
    {
        for (var at = text.IndexOfAny(Leads); at >= 0; at = text.IndexOfAny(Leads))
        {
            text = text[at..];
            if (text.Length > 1 && text[0] == 0xEF && text[1] is 0xBC or 0xBD)
            {
                // Full-width forms.
                text = text[2..];
                continue;
            }

            Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            if (Rune.IsControl(rune))
                return ErrorCatalogue.ControlCharacter;
            if (IsDirectional(rune) || (isName && IsFormat(rune)))
                return ErrorCatalogue.FormatCharacter;
            text = text[consumed..];
        }

        return null;
    }

    private static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsDirectional(Rune rune) =>
        rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>White space, control and format characters, variation selectors, joiners, and fillers that fonts draw empty.</summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || IsFormat(rune)
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0
            or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);
}
