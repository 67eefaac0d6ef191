using CreditGrains.Domain.Proofs;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// A file that a step of a case has brought (证明材料), by the digest of its content: the content itself is not in the journal, and may be
/// destroyed while the digest stays.
/// </summary>
/// <param name="Digest"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Name">As it was given; 1 to 100 characters.</param>
/// <param name="Type">By its content.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Step">The step that brought it.</param>
/// <param name="On">Legal date of that step.</param>
/// <param name="Role">In whose place it was taken.</param>
public sealed record CaseProof(string Digest, string Name, ProofType Type, int Size, CaseStep Step, DateOnly On, CaseRoles Role)
{
    /// <summary>Most in one step.</summary>
    public const int OfStepMax = 5;

    /// <summary>Most in one case.</summary>
    public const int OfCaseMax = 20;

    /// <summary>Most bytes in one case.</summary>
    public const long BytesOfCaseMax = 40L * 1024 * 1024;

    /// <summary>
    /// Whether a step takes proofs: those in which a party states or decides something. Others move a case on or give it up, and have
    /// nothing that a file could prove.
    /// </summary>
    public static bool MayComeWith(CaseStep step) => step is CaseStep.Submit or CaseStep.Synchronise or CaseStep.Answer or CaseStep.Decide
        or CaseStep.Review or CaseStep.Complete or CaseStep.Notify or CaseStep.Hear or CaseStep.Remove or CaseStep.Revoke
        or CaseStep.Assess or CaseStep.Rectify or CaseStep.Perform or CaseStep.Breach or CaseStep.Fulfil or CaseStep.Fail or CaseStep.Ban;
}
