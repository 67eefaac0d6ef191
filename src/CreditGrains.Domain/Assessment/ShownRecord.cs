using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>A record as a check shows it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Role">The part of the answer it belongs to.</param>
/// <param name="Date">Its date.</param>
/// <param name="Until">End of validity.</param>
/// <param name="Severity">Its tier.</param>
/// <param name="Level">Its level.</param>
/// <param name="AmountMicro">Amount in millionths.</param>
/// <param name="Disputed">An objection is open.</param>
public sealed record ShownRecord(
    RecordId Record, string Kind, RecordRole Role, DateOnly? Date, DateOnly? Until, Severity Severity, string? Level,
    long? AmountMicro, bool Disputed);
