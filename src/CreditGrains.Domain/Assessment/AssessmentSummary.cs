namespace CreditGrains.Domain.Assessment;

/// <summary>The parts of an assessment that lists and checks need, without details.</summary>
/// <param name="ScoreMilli">Score in milli-points; null when unrated.</param>
/// <param name="Grade">Index into the policy's grades, best first; -1 when unrated.</param>
/// <param name="NextChange">First later day on which the assessment changes by itself; null for never.</param>
/// <param name="ValidUntil">First later day on which anything a check looks at may change; at most <paramref name="NextChange"/>.</param>
/// <param name="Presence">Rules with a record in force.</param>
/// <param name="Status">Place of the registration status among those that the rulebook's matters ask for; -1 for any other.</param>
/// <param name="NationalGrade">Place of the imported national grade among those that matters ask for; -1 for none or any other.</param>
/// <param name="Known">
/// Whether any record is there that is not withdrawn, whatever its date; an objection or a repair is no record of the subject's own.
/// </param>
public readonly record struct AssessmentSummary(
    long? ScoreMilli, sbyte Grade, DateOnly? NextChange, DateOnly? ValidUntil, RulePresence Presence, sbyte Status, sbyte NationalGrade,
    bool Known);
