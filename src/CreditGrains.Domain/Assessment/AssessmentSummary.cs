namespace CreditGrains.Domain.Assessment;

/// <summary>The parts of an assessment that lists and checks need, without details.</summary>
/// <param name="ScoreMilli">Score in milli-points; null when unrated.</param>
/// <param name="Grade">Index into the policy's grades, best first; -1 when unrated.</param>
/// <param name="NextChange">First later day on which the assessment changes by itself; null for never.</param>
/// <param name="ValidUntil">First later day on which anything a check looks at may change; at most <paramref name="NextChange"/>.</param>
/// <param name="Presence">Rules with a record in force.</param>
public readonly record struct AssessmentSummary(
    long? ScoreMilli, int Grade, DateOnly? NextChange, DateOnly? ValidUntil, RulePresence Presence);
