using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Identifiers;

/// <summary>Codes that match one regular expression as a whole.</summary>
public sealed class PatternScheme(string pattern) : SubjectScheme
{
    public string Pattern { get; } = pattern;

    public override string Name => "pattern";

    public override Rejection? Parse(string input, IIdentifierExceptions exceptions, out SubjectId subject) =>
        throw new NotSupportedException();
}
