using System.Collections.Frozen;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;

namespace CreditGrains.Api.Requests;

/// <summary>Reads subject codes by the rulebook's scheme, with the exceptions that have been confirmed.</summary>
internal sealed class SubjectCodes(CreditEngine engine)
{
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
