using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Checks;

/// <summary>Result of giving an answer again.</summary>
/// <param name="Answered">The digest of the answer that was given.</param>
/// <param name="Replayed">
/// The digest of the answer given again; null when the rules of that time are not kept, or the form of the answer is not known here.
/// </param>
public sealed record ReplayedCheck(AnswerDigest Answered, AnswerDigest? Replayed)
{
    /// <summary>Whether both answers have the same bytes; anything else is a defect.</summary>
    public bool IsIdentical => Answered == Replayed;
}
