using System.Buffers;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;

namespace CreditGrains.Api.Requests;

/// <summary>Reads subject codes by the rulebook's scheme, with the exceptions that have been confirmed.</summary>
internal sealed class SubjectCodes(CreditEngine engine)
{
    /// <summary>Shorter texts of digits and letters are as likely part of a name.</summary>
    private const int CodeCharsMin = 4;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create(Uscc.Alphabet);

    /// <exception cref="RequestRefusedException">The code is none; the scheme's own code says why.</exception>
    public SubjectId Read(string? text, int? status = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/subject", null, status);
        var rejection = engine.Rulebook.Scheme.Parse(text, engine.IdentifierExceptions, out var subject);
        return rejection is null ? subject : throw new RequestRefusedException(rejection, status);
    }

    public bool TryRead(string text, out SubjectId subject) =>
        engine.Rulebook.Scheme.Parse(text, engine.IdentifierExceptions, out subject) is null;

    /// <summary>
    /// Beginning of a code as typed, in the form in which codes are stored: upper case, half width, without spaces and hyphens. Anything
    /// that may be a name comes back unchanged.
    /// </summary>
    public string? Normalise(string? text)
    {
        if (text is null || text.Length > Uscc.InputLengthMax)
            return text;
        if (TryRead(text, out var subject))
            return subject.Value;
        if (engine.Rulebook.Scheme is not UsccScheme)
            return text;
        Span<char> normal = stackalloc char[Uscc.InputLengthMax];
        normal = normal[..Uscc.Normalise(text, normal)];
        return normal.Length is >= CodeCharsMin and <= Uscc.Length && normal.ContainsAnyInRange('0', '9')
            && !normal.ContainsAnyExcept(CodeCharacters)
            ? normal.ToString()
            : text;
    }

    /// <summary>A code that may go on the exception list: well formed, whatever its check digits.</summary>
    public SubjectId ReadForException(string text)
    {
        var rejection = engine.Rulebook.Scheme.Parse(text, EveryCode.Instance, out var subject);
        return rejection is null ? subject : throw new RequestRefusedException(rejection, StatusCodes.Status400BadRequest);
    }

    private sealed class EveryCode : IIdentifierExceptions
    {
        public static readonly EveryCode Instance = new();

        public bool Contains(string code) => true;
    }
}
