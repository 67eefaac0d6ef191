using System.Buffers;
using System.Globalization;
using System.Text;

namespace CreditGrains.Domain.Names;

/// <summary>
/// The form in which names are compared by a search: spellings of one name that people do not tell apart have the same. Compatibility
/// decomposition (NFKD: full width, ligatures, ㈱) and full case folding of Unicode 15.0, invisible characters and white space left out,
/// one character for all middle dots, for all opening and all closing brackets, for hyphens and dashes, and for either kind of quotation
/// mark; traditional characters as simplified ones. Names are stored and shown as they were sent. The stores index folded names: a
/// change of this form or of its tables needs a migration of both that folds all names anew.
/// </summary>
/// <remarks>
/// The tables are the project's own resources: with <c>InvariantGlobalization</c>, <see cref="string.Normalize()"/> returns all text
/// beyond ASCII as it is (<c>NameFoldingTests</c>).
/// </remarks>
public static class NameFolding
{
    private const int SyllableFirst = 0xAC00;
    private const int SyllableLast = 0xD7A3;
    private const int SyllablesOfLead = 588;
    private const int SyllablesOfVowel = 28;
    private const int StackCodesMax = 256;

    private static readonly FoldingTable Table = FoldingTable.Load();

    /// <summary>The folded form; empty when nothing visible is in the text. Folding it again changes nothing.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = text.Length * FoldingTable.CodesMax;
        var rented = length > StackCodesMax ? ArrayPool<int>.Shared.Rent(length) : null;
        var codes = rented ?? stackalloc int[StackCodesMax];
        try
        {
            var count = Decompose(text, codes, out var hasMarks);
            if (hasMarks)
                Order(codes[..count]);
            return Join(codes[..count]);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Characters as a reader counts them, in a folded text: a letter with its marks is one.</summary>
    internal static int LengthOf(string folded) => new StringInfo(folded).LengthInTextElements;

    private static int Decompose(string text, Span<int> codes, out bool hasMarks)
    {
        var count = 0;
        hasMarks = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var code = rune.Value;
            if (code is >= SyllableFirst and <= SyllableLast)
            {
                count += Decompose(code - SyllableFirst, codes[count..]);
                continue;
            }

            foreach (var part in Table.Of(code))
            {
                hasMarks |= Table.ClassOf(part) != 0;
                codes[count++] = part;
            }

            if (!Table.Changes(code))
            {
                hasMarks |= Table.ClassOf(code) != 0;
                codes[count++] = code;
            }
        }

        return count;
    }

    /// <summary>A Hangul syllable's letters (Unicode Standard, section 3.12).</summary>
    private static int Decompose(int syllable, Span<int> codes)
    {
        codes[0] = 0x1100 + (syllable / SyllablesOfLead);
        codes[1] = 0x1161 + (syllable % SyllablesOfLead / SyllablesOfVowel);
        if (syllable % SyllablesOfVowel == 0)
            return 2;
        codes[2] = 0x11A7 + (syllable % SyllablesOfVowel);
        return 3;
    }

    /// <summary>Combining marks in their canonical order, so that no order of typing makes a difference.</summary>
    private static void Order(Span<int> codes)
    {
        for (var i = 1; i < codes.Length; i++)
        {
            var (code, order) = (codes[i], Table.ClassOf(codes[i]));
            var place = i;
            if (order == 0)
                continue;
            for (; place > 0 && Table.ClassOf(codes[place - 1]) > order; place--)
                codes[place] = codes[place - 1];
            codes[place] = code;
        }
    }

    private static string Join(ReadOnlySpan<int> codes)
    {
        var length = codes.Length * 2;
        var rented = ArrayPool<char>.Shared.Rent(length);
        var count = 0;
        foreach (var code in codes)
            count += new Rune(code).EncodeToUtf16(rented.AsSpan(count));
        var text = new string(rented, 0, count);
        ArrayPool<char>.Shared.Return(rented);
        return text;
    }
}
