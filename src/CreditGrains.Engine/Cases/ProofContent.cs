using CreditGrains.Domain.Procedures;

namespace CreditGrains.Engine.Cases;

/// <summary>A file of a case.</summary>
/// <param name="Proof">As the case has it.</param>
/// <param name="Content">The file, of which the digest was compared; null once it was destroyed.</param>
public sealed record ProofContent(CaseProof Proof, byte[]? Content);
