using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Identifiers;

/// <summary>
/// Organisations by unified social credit code. A resident-identity number is refused as <c>natural-person</c> first; the very few
/// codes that are at the same time a well-formed one are let in by the exception list.
/// </summary>
public sealed class UsccScheme : SubjectScheme
{
    public static readonly UsccScheme Instance = new();

    private const string Pointer = "/subject";

    private static readonly DateOnly BornUntil = new(2099, 12, 31);

    private UsccScheme()
    {
    }

    public override string Name => "uscc";

    public override Rejection? Parse(string input, IIdentifierExceptions exceptions, out SubjectId subject)
    {
        subject = default;
        if (input.Length > Uscc.InputLengthMax)
            return new Rejection(ErrorCatalogue.UsccLength, Pointer);
        var code = input;
        if (!Uscc.IsNormal(input))
        {
            Span<char> normal = stackalloc char[input.Length];
            var length = Uscc.Normalise(input, normal);
            code = new string(normal[..length]);
        }

        var error = Uscc.Validate(code);
        if (ResidentIdentityNumber.Is(code, BornUntil))
            error = error is null && exceptions.Contains(code) ? null : ErrorCatalogue.NaturalPerson;
        else if (error is not null && Uscc.IsCheckDigitError(error) && exceptions.Contains(code))
            error = null;
        if (error is not null)
            return new Rejection(error, Pointer);
        subject = new SubjectId(code);
        return null;
    }
}
