using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>The publicity of a record (公示) has begun or ended.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="HasBegun">Whether it has begun; else it has ended.</param>
public readonly record struct PublicityChange(RecordId Record, string Kind, bool HasBegun);
