using System.Globalization;
using System.Text;

namespace CreditGrains.Portal.Reports;

/// <summary>Text as a PDF shows it: only characters that the font has, in lines no wider than their place.</summary>
internal static class PdfText
{
    /// <summary>These do not begin a line (GB/T 15834).</summary>
    private const string NotFirst = "，。、；：？！）》」』】”’%,.;:?!)";

    /// <summary>
    /// A character that the font lacks is written by its code point: an empty box would hide that something stands there.
    /// </summary>
    public static string Shown(string text, ReportFont font, out bool lacks)
    {
        lacks = false;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or '\t' or ' ' or 0xA0)
            {
                shown.Append(rune.Value == '\n' ? '\n' : ' ');
            }
            else if (font.Has(rune.Value) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                shown.Append(rune);
            }
            else
            {
                lacks = true;
                shown.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            }
        }

        return shown.ToString();
    }

    /// <summary>Breaks a text into lines: between Chinese characters anywhere, elsewhere at blanks while a word fits into a line.</summary>
    /// <param name="text">Of <see cref="Shown"/>.</param>
    /// <param name="font">The font.</param>
    /// <param name="size">Its size in points.</param>
    /// <param name="width">Width of the place, in points.</param>
    public static List<string> Lines(string text, ReportFont font, double size, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = new StringBuilder();
            var used = 0d;
            foreach (var piece in Pieces(paragraph))
            {
                var wide = piece.EnumerateRunes().Sum(rune => font.WidthOf(rune.Value)) * size;
                if (used + wide <= width)
                {
                    line.Append(piece);
                    used += wide;
                    continue;
                }

                if (line.Length > 0 && (wide <= width || used > width / 2))
                    Flush(lines, line, ref used);
                foreach (var rune in piece.EnumerateRunes())
                {
                    var one = font.WidthOf(rune.Value) * size;
                    if (used + one > width)
                        Flush(lines, line, ref used);
                    if (line.Length > 0 || rune.Value != ' ')
                    {
                        line.Append(rune);
                        used += one;
                    }
                }
            }

            lines.Add(line.ToString().TrimEnd());
        }

        return lines;
    }

    private static void Flush(List<string> lines, StringBuilder line, ref double used)
    {
        lines.Add(line.ToString().TrimEnd());
        line.Clear();
        used = 0;
    }

    /// <summary>Unit that is not broken: a word, or one Chinese character with the marks behind it.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var piece = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var breaksBefore = piece.Length > 0 && rune.Value is not ' ' && !IsNotFirst(rune)
                && (IsWide(rune) || IsWide(Last(piece)) || piece[^1] == ' ');
            if (breaksBefore)
            {
                yield return piece.ToString();
                piece.Clear();
            }

            piece.Append(rune);
        }

        if (piece.Length > 0)
            yield return piece.ToString();
    }

    private static Rune Last(StringBuilder piece) => piece.Length > 1 && char.IsLowSurrogate(piece[^1])
        ? new Rune(piece[^2], piece[^1]) : new Rune(piece[^1]);

    private static bool IsNotFirst(Rune rune) => rune.IsBmp && NotFirst.Contains((char)rune.Value, StringComparison.Ordinal);

    private static bool IsWide(Rune rune) => rune.Value >= 0x2E80;
}
