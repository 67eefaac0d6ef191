using CreditGrains.Domain.Errors;

namespace CreditGrains.Engine.Cases;

/// <summary>Result of a step.</summary>
/// <param name="Case">The case after it; null when it was refused.</param>
/// <param name="Rejection">Null when it was taken.</param>
/// <param name="Head">The last committed position of the subject's shard, which the case's revision is not beyond.</param>
public sealed record CaseResult(StoredCase? Case, Rejection? Rejection, long Head)
{
    internal static CaseResult Refused(Rejection rejection) => new(null, rejection, 0);
}
