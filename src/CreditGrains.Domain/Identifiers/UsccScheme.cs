using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Identifiers;

/// <summary>Unified social credit codes (统一社会信用代码, GB 32100-2015).</summary>
public sealed class UsccScheme : SubjectScheme
{
    public static readonly UsccScheme Instance = new();

    public override string Name => "uscc";

    public override Rejection? Parse(string input, IIdentifierExceptions exceptions, out SubjectId subject) =>
        throw new NotSupportedException();
}
