using System.Buffers;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Identifiers;

/// <summary>
/// The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last by mod 31, characters 9 to 17 the
/// organisation code with its own check digit (GB 11714, mod 11). Nothing here allocates.
/// </summary>
public static class Uscc
{
    public const int Length = 18;

    /// <summary>The longest input that is looked at, separators included.</summary>
    public const int InputLengthMax = 64;

    /// <summary>Digits and letters without I, O, S, V, Z; the place in it is the character's value.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> NormalCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    private static ReadOnlySpan<byte> OrganisationWeights => [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>True when normalisation would change nothing.</summary>
    public static bool IsNormal(ReadOnlySpan<char> code) => code.Length == Length && !code.ContainsAnyExcept(NormalCharacters);

    /// <summary>Full width to half width, upper case, spaces (also U+3000) and hyphens removed.</summary>
    /// <param name="input">At most <see cref="InputLengthMax"/> characters.</param>
    /// <param name="output">Room for as many characters.</param>
    /// <returns>Number of characters written.</returns>
    public static int Normalise(ReadOnlySpan<char> input, Span<char> output)
    {
        var length = 0;
        foreach (var c in input)
        {
            var half = HalfWidth.Of(c);
            if (!char.IsWhiteSpace(half) && !IsHyphen(half))
                output[length++] = half is >= 'a' and <= 'z' ? (char)(half - 32) : half;
        }

        return length;
    }

    /// <summary>
    /// Judges a normalised code. Where several rules are broken the first of these is reported: length, alphabet, authority, check
    /// digit, organisation check digit; so an error of a check digit means that all else is good.
    /// </summary>
    /// <returns>Null for a good code.</returns>
    public static ErrorDescription? Validate(ReadOnlySpan<char> code)
    {
        if (code.Length != Length)
            return ErrorCatalogue.UsccLength;
        for (var i = 0; i < Length; i++)
        {
            if (i is >= 2 and <= 7 ? !char.IsAsciiDigit(code[i]) : Value(code[i]) < 0)
                return ErrorCatalogue.UsccAlphabet;
        }

        if (!HasAuthority(code[0]) || !char.IsAsciiDigit(code[1]))
            return ErrorCatalogue.UsccAuthority;
        if (code[17] != CheckDigit(code))
            return ErrorCatalogue.UsccCheckDigit;
        return code[16] != OrganisationCheckDigit(code[8..]) ? ErrorCatalogue.UsccOrganisationCheckDigit : null;
    }

    /// <summary>True for the two errors that the exception list may excuse.</summary>
    public static bool IsCheckDigitError(ErrorDescription error) =>
        error == ErrorCatalogue.UsccCheckDigit || error == ErrorCatalogue.UsccOrganisationCheckDigit;

    /// <summary>Character 18 for the first 17 characters, which must be of the alphabet.</summary>
    public static char CheckDigit(ReadOnlySpan<char> code)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Value(code[i]) * Weights[i];
        return Alphabet[(31 - sum % 31) % 31];
    }

    /// <summary>The check digit of an organisation code for its first 8 characters: digits and A to Z, valued 10 to 35.</summary>
    public static char OrganisationCheckDigit(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < OrganisationWeights.Length; i++)
            sum += (char.IsAsciiDigit(body[i]) ? body[i] - '0' : body[i] - 'A' + 10) * OrganisationWeights[i];
        return (11 - sum % 11) switch
        {
            10 => 'X',
            11 => '0',
            var digit => (char)('0' + digit),
        };
    }

    /// <summary>
    /// Whether the table of entity types (GB 32100, table 1) lists character 2 for the registration authority, character 1; 9 is "other"
    /// with each. Types are added over the years: one that is not listed here is accepted with a warning.
    /// </summary>
    public static bool IsTypeKnown(ReadOnlySpan<char> code) => (code[0], code[1]) switch
    {
        (_, '9') => true,
        ('1' or '5' or 'N' or '9', '1' or '2' or '3') => true,
        ('2' or '4' or '8' or 'A' or 'Y', '1') => true,
        ('3', >= '1' and <= '5') => true,
        ('6' or '7', '1' or '2') => true,
        _ => false,
    };

    /// <summary>Registration authorities of GB 32100, table 1.</summary>
    private static bool HasAuthority(char authority) => authority is (>= '1' and <= '9') or 'A' or 'N' or 'Y';

    /// <summary>0 to 30, or -1 for a character outside the alphabet.</summary>
    private static int Value(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'H' => c - 'A' + 10,
        >= 'J' and <= 'N' => c - 'J' + 18,
        >= 'P' and <= 'R' => c - 'P' + 23,
        'T' => 26,
        'U' => 27,
        'W' => 28,
        'X' => 29,
        'Y' => 30,
        _ => -1,
    };

    private static bool IsHyphen(char c) => c is '-' or (>= '\u2010' and <= '\u2015') or '\u2212';
}
