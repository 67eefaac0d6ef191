using CreditGrains.Domain.Proofs;

namespace CreditGrains.Domain.Procedures;

/// <summary>A file that a party has uploaded for an organisation and that a step of its may name.</summary>
/// <param name="Digest"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Name">As it was given.</param>
/// <param name="Type">By its content.</param>
/// <param name="Size">In bytes.</param>
public sealed record UploadedProof(string Digest, string Name, ProofType Type, int Size);
