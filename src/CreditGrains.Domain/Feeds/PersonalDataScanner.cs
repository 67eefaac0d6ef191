using System.Buffers;
using System.Text;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Finds numbers of persons in texts (semantics, section 11) by their structure, however they are written. Any run of characters other
/// than letters and digits separates digits; letters and words before or behind are no shield, further digits are: a number is taken
/// only when its groups of digits are whole. What counts: 18 characters whose check character and birth date hold (GB 11643); 15 digits
/// whose province and birth date hold, born 1910 or later; mobile numbers of 11 digits beginning 13 to 19, with or without country code,
/// several run together too. An amount (groups of three with commas, decimal places) and a valid organisation code that
/// covers such digits are none.
/// </summary>
public static partial class PersonalDataScanner
{
    /// <summary>Texts up to this many characters need no rented buffer.</summary>
    private const int StackCharsMax = 512;

    /// <summary>True when the text, in UTF-8, holds such a number.</summary>
    /// <param name="text">Any bytes; what is not UTF-8 separates.</param>
    /// <param name="today">Latest possible day of birth.</param>
    /// <param name="forms">Jurisdictions whose numbers are looked for.</param>
    public static bool Holds(ReadOnlySpan<byte> text, DateOnly today, PersonalForms forms = PersonalForms.Mainland) =>
        MayHold(text, forms) && HoldsClosely(text, new Search(today, forms, IdentityOnly: false));

    /// <inheritdoc cref="Holds(ReadOnlySpan{byte}, DateOnly, PersonalForms)"/>
    public static bool Holds(ReadOnlySpan<char> text, DateOnly today, PersonalForms forms = PersonalForms.Mainland) =>
        HoldsClosely(text, new Search(today, forms, IdentityOnly: false));

    /// <summary>Without mobile numbers: for fields that are numbers, where 11 digits are an amount.</summary>
    internal static bool HoldsIdentity(ReadOnlySpan<byte> text, DateOnly today, PersonalForms forms) =>
        MayHold(text, forms) && HoldsClosely(text, new Search(today, forms, IdentityOnly: true));

    /// <param name="jurisdiction">ISO 3166 code of the rulebook, or of a part such as <c>TW-TPE</c>.</param>
    public static PersonalForms FormsOf(string? jurisdiction) =>
        jurisdiction == "TW" || jurisdiction?.StartsWith("TW-", StringComparison.Ordinal) == true
            ? PersonalForms.Mainland | PersonalForms.Taiwan
            : PersonalForms.Mainland;

    private static bool HoldsClosely(ReadOnlySpan<byte> text, in Search search)
    {
        var chars = ArrayPool<char>.Shared.Rent(text.Length);
        var found = HoldsClosely(chars.AsSpan(0, Encoding.UTF8.GetChars(text, chars)), search);
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        return found;
    }

    private static bool HoldsClosely(ReadOnlySpan<char> text, in Search search)
    {
        var lengthMax = FoldedText.LengthMax(text.Length);
        if (lengthMax <= StackCharsMax)
        {
            Span<char> small = stackalloc char[StackCharsMax];
            return search.Finds(small[..FoldedText.Fold(text, small)]);
        }

        var folded = ArrayPool<char>.Shared.Rent(lengthMax);
        var found = search.Finds(folded.AsSpan(0, FoldedText.Fold(text, folded)));
        ArrayPool<char>.Shared.Return(folded, clearArray: true);
        return found;
    }

    /// <summary>One look at a folded text.</summary>
    private readonly record struct Search(DateOnly Today, PersonalForms Forms, bool IdentityOnly)
    {
        /// <summary>Longest series of digits that is looked at: two identity numbers and two mobile numbers with their codes.</summary>
        private const int DigitsMax = 64;

        public bool Finds(ReadOnlySpan<char> text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (char.IsAsciiDigit(text[i]))
                {
                    var amountEnd = AmountEnd(text, i);
                    if (amountEnd > 0 ? IsIdentity(text[i..amountEnd]) : FindsAt(text, i))
                        return true;
                    i = amountEnd > 0 ? amountEnd : i;
                    while (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))
                        i++;
                }
                else if (Forms.HasFlag(PersonalForms.Taiwan) && TaiwanIdentityNumber.IsAt(text, i))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Whether groups of digits that begin here make up a number, or several.</summary>
        private bool FindsAt(ReadOnlySpan<char> text, int start)
        {
            Span<char> digits = stackalloc char[DigitsMax];
            var count = 0;
            var isWhole = true;
            for (var at = start; at < text.Length; at++)
            {
                if (FoldedText.IsSeparator(text[at]))
                {
                    if (text[at] == FoldedText.Separator && AmountEnd(text, at + 1) > 0)
                        return false;
                    isWhole = false;
                    continue;
                }

                if (!char.IsAsciiDigit(text[at]) || count == DigitsMax)
                    return false;
                digits[count++] = text[at];
                var next = at + 1;
                if (next < text.Length && char.IsAsciiDigit(text[next]))
                    continue;
                if (IsNumber(digits[..count], isWhole) && !IsWithinOrganisationCode(text, start, next)
                    && !IsWithinHexadecimal(text, start, next))
                    return true;
                if (count == ResidentIdentityNumber.Length - 1 && CheckX(text, ref next))
                {
                    digits[count] = 'X';
                    if (ResidentIdentityNumber.Is(digits[..(count + 1)], Today) && !IsWithinOrganisationCode(text, start, next))
                        return true;
                }
            }

            return false;
        }

        /// <summary>Even as an amount it is an identity number.</summary>
        private bool IsIdentity(ReadOnlySpan<char> amount)
        {
            Span<char> digits = stackalloc char[ResidentIdentityNumber.Length];
            var count = 0;
            foreach (var c in amount)
            {
                if (FoldedText.IsSeparator(c))
                    continue;
                if (count == digits.Length)
                    return false;
                digits[count++] = c;
            }

            return ResidentIdentityNumber.Is(digits[..count], Today);
        }

        private bool IsNumber(ReadOnlySpan<char> digits, bool isWhole)
        {
            if (digits.Length == 15 && (isWhole || !IdentityOnly) && ResidentIdentityNumber.IsOldForm(digits))
                return true;
            return IsSeries(digits);
        }

        /// <summary>Identity numbers and mobile numbers, and nothing between them.</summary>
        private bool IsSeries(ReadOnlySpan<char> digits)
        {
            const int Identity = ResidentIdentityNumber.Length;
            if (digits.Length >= Identity && ResidentIdentityNumber.Is(digits[..Identity], Today)
                && (digits.Length == Identity || IsSeries(digits[Identity..])))
                return true;
            if (IdentityOnly)
                return false;
            var code = digits.IndexOfAnyExcept('0');
            if (code is < 0 or > 2)
                return false;
            if (digits[code] == '8')
            {
                if (digits.Length < code + 3 || digits[code + 1] != '6')
                    return false;
                code += digits[code + 2] == '0' ? 3 : 2;
            }
            else if (code == 2)
            {
                return false;
            }

            return digits.Length >= code + MobileLength && digits[code] == '1' && digits[code + 1] is >= '3' and <= '9'
                && (digits.Length == code + MobileLength || IsSeries(digits[(code + MobileLength)..]));
        }

        private static bool CheckX(ReadOnlySpan<char> text, ref int next)
        {
            if (next < text.Length && FoldedText.IsSeparator(text[next]))
                next++;
            return next < text.Length && text[next++] == 'X' && (next == text.Length || !char.IsAsciiDigit(text[next]));
        }
    }
}
