using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Identifiers;

/// <summary>How a rulebook identifies organisations: normalises an input and judges it.</summary>
public abstract class SubjectScheme
{
    /// <summary><c>uscc</c>, or <c>pattern</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Normalises and validates; returns null and the subject when the input is good, else why not (pointer <c>/subject</c>).
    /// </summary>
    /// <param name="input">The code as written, at most a few dozen characters; anything longer is refused.</param>
    /// <param name="exceptions">Codes that are legally issued though they fail a check digit.</param>
    /// <param name="subject">The normalised identifier.</param>
    public abstract Rejection? Parse(string input, IIdentifierExceptions exceptions, out SubjectId subject);
}
