using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>How a plan differs from the draw of its inputs.</summary>
/// <param name="Text">In words.</param>
/// <param name="Subjects">Which subjects the words name: at most two.</param>
public sealed record InspectionDifference(LocalisedText Text, IReadOnlyList<SubjectId> Subjects);
