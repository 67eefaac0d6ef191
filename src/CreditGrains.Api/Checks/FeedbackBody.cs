namespace CreditGrains.Api.Checks;

/// <summary>Feedback on one measure that a check has shown (联合奖惩案例回传).</summary>
/// <param name="Measure">A measure or incentive of the check's answer.</param>
/// <param name="Action"><c>applied</c>, <c>not-applied</c>, or of an incentive <c>incentive-granted</c>.</param>
/// <param name="Amount">Amount that it came to, in 10,000 yuan: a decimal of at most six places, 0 or more.</param>
/// <param name="Note">At most 1,000 characters.</param>
/// <param name="ActedOn">Legal date of the act, from the day of the check to today; today where it is left out.</param>
public sealed record FeedbackBody(
    string Measure, string Action, string? Amount = null, string? Note = null, string? ActedOn = null);

/// <summary>A correction of feedback; what it leaves out is empty from then on.</summary>
/// <param name="Action">As of feedback.</param>
/// <param name="Amount">As of feedback.</param>
/// <param name="Note">As of feedback.</param>
/// <param name="ActedOn">As of feedback.</param>
public sealed record FeedbackCorrectionBody(string Action, string? Amount = null, string? Note = null, string? ActedOn = null);
