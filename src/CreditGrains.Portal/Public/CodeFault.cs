using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>The fault in a typed unified social credit code, and its place.</summary>
/// <param name="Code">The code, normalised: half width, upper case, without blanks and hyphens.</param>
/// <param name="Places">Characters that are wrong, from 1; empty where the length is.</param>
/// <param name="What">The fault.</param>
/// <param name="Advice">Advice.</param>
public sealed record CodeFault(string Code, IReadOnlyList<int> Places, Text What, Text Advice)
{
    private const int CharsMin = 15;
    private const int CharsMax = 21;
    private const int DigitsMin = 8;

    /// <summary>The fault of a text that is meant for a code; null for a good code, and for what is more likely a name.</summary>
    public static CodeFault? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Uscc.InputLengthMax)
            return null;
        Span<char> normal = stackalloc char[Uscc.InputLengthMax];
        normal = normal[..Uscc.Normalise(text, normal)];
        if (normal.Length is < CharsMin or > CharsMax || Digits(normal) < DigitsMin || normal.ContainsAnyExceptInRange('0', 'Z')
            || Uscc.Validate(normal) is not { } error)
            return null;
        return new CodeFault(normal.ToString(), PlacesOf(normal, error), WhatOf(normal, error), Text.Of(error.Advice));
    }

    private static int Digits(ReadOnlySpan<char> code)
    {
        var digits = 0;
        foreach (var c in code)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        return digits;
    }

    private static List<int> PlacesOf(ReadOnlySpan<char> code, ErrorDescription error)
    {
        var places = new List<int>();
        if (error == ErrorCatalogue.UsccAuthority)
            places.AddRange([1, 2]);
        else if (error == ErrorCatalogue.UsccOrganisationCheckDigit)
            places.Add(17);
        else if (error == ErrorCatalogue.UsccCheckDigit)
        {
            if (code[16] != Uscc.OrganisationCheckDigit(code[8..]))
                places.Add(17);
            places.Add(18);
        }
        else if (error == ErrorCatalogue.UsccAlphabet)
        {
            for (var i = 0; i < code.Length; i++)
            {
                if (i is >= 2 and <= 7 ? !char.IsAsciiDigit(code[i]) : !Uscc.Alphabet.Contains(code[i], StringComparison.Ordinal))
                    places.Add(i + 1);
            }
        }

        return places;
    }

    /// <summary>Two check digits tell more than one: which part of the code the mistyped character is in.</summary>
    private static Text WhatOf(ReadOnlySpan<char> code, ErrorDescription error)
    {
        if (error == ErrorCatalogue.UsccLength)
            return new Text(HomeTexts.WrongLength.In("zh", code.Length), HomeTexts.WrongLength.In("en", code.Length));
        if (error == ErrorCatalogue.UsccCheckDigit)
        {
            return code[16] == Uscc.OrganisationCheckDigit(code[8..]) ? HomeTexts.WrongOutside : HomeTexts.WrongInside;
        }

        return Text.Of(error.Sentence);
    }
}
