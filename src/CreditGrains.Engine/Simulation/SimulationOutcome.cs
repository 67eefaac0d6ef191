using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;

namespace CreditGrains.Engine.Simulation;

/// <summary>Findings of a simulation.</summary>
/// <param name="AsOf">Legal date of both assessments.</param>
/// <param name="Result">Matrix, distributions, movers, measures, groups.</param>
/// <param name="Falls">The greatest falls with both assessments.</param>
/// <param name="Rises">The greatest rises with both assessments.</param>
/// <param name="Unread">Subjects that could not be evaluated and are not counted; the first of them by name.</param>
public sealed record SimulationOutcome(
    DateOnly AsOf, SimulationResult Result, IReadOnlyList<ExplainedMover> Falls, IReadOnlyList<ExplainedMover> Rises,
    UnreadSubjects Unread);

/// <summary>A subject that moves far, and why.</summary>
public sealed record ExplainedMover(SimulationMover Mover, SubjectAssessment Before, SubjectAssessment After);

/// <summary>Subjects that could not be evaluated.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">At most 20 of them.</param>
public sealed record UnreadSubjects(long Count, IReadOnlyList<string> First);
