using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>Result of an upload.</summary>
/// <param name="Upload">The upload; null when it was refused.</param>
/// <param name="Until">Until when a step may name it.</param>
/// <param name="Rejection">Null when it was kept.</param>
public sealed record ProofResult(StoredProof? Upload, DateTimeOffset Until, Rejection? Rejection);
