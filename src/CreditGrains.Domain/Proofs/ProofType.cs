namespace CreditGrains.Domain.Proofs;

/// <summary>Types of file that a proof may be, as its content shows.</summary>
public enum ProofType : byte
{
    Pdf = 1,
    Png = 2,
    Jpeg = 3,
}
