using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Measures;

/// <summary>A measure in force of one organisation.</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="InForce">The measure with its cause.</param>
public sealed record AuditedMeasure(SubjectId Subject, MeasureInForce InForce);
