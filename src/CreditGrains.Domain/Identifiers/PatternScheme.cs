using System.Text.RegularExpressions;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Identifiers;

/// <summary>
/// Organisations by any code of a given form, for other jurisdictions. The pattern must match the whole trimmed half-width input and
/// runs in linear time. Resident-identity numbers are refused whatever the pattern says (semantics, section 11).
/// </summary>
public sealed class PatternScheme : SubjectScheme
{
    public const int InputLengthMax = 64;

    private const string Pointer = "/subject";

    private static readonly DateOnly BornUntil = new(2099, 12, 31);

    private readonly Regex _whole;

    /// <exception cref="ArgumentException">Not a regular expression, or one with look-arounds or back-references.</exception>
    public PatternScheme(string pattern)
    {
        Pattern = pattern;
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            _whole = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException("The pattern uses look-arounds, back-references or atomic groups, which linear time excludes.",
                nameof(pattern), e);
        }
    }

    public string Pattern { get; }

    public override string Name => "pattern";

    public override Rejection? Parse(string input, IIdentifierExceptions exceptions, out SubjectId subject)
    {
        subject = default;
        if (input.Length > InputLengthMax)
            return new Rejection(ErrorCatalogue.SubjectPattern, Pointer);
        var code = HalfWidth.Of(input).Trim();
        if (ResidentIdentityNumber.Is(code, BornUntil))
            return new Rejection(ErrorCatalogue.NaturalPerson, Pointer);
        if (code.Length == 0 || !_whole.IsMatch(code))
            return new Rejection(ErrorCatalogue.SubjectPattern, Pointer);
        subject = new SubjectId(code);
        return null;
    }
}
