namespace CreditGrains.Engine.Checks;

/// <summary>Feedback on one measure of a check (联合奖惩案例回传), or its correction.</summary>
/// <param name="Measure">A measure or incentive that the check has shown.</param>
/// <param name="Action"><c>applied</c>, <c>not-applied</c>, or of an incentive <c>incentive-granted</c>.</param>
/// <param name="Amount">Amount that it came to, in 10,000 yuan, 0 or more; null for none.</param>
/// <param name="Note">At most 1,000 characters; null for none.</param>
/// <param name="ActedOn">Legal date of the act: from the day of the check to today; null for today.</param>
/// <param name="Actor">Caller.</param>
/// <param name="Department">The caller's department, where the credentials name it.</param>
/// <param name="Correction">Null for the first feedback; else of a correction the revision that it is made on, 0 for the newest.</param>
public sealed record FeedbackCommand(
    string Measure, string Action, decimal? Amount, string? Note, DateOnly? ActedOn, string Actor, string? Department, int? Correction);
