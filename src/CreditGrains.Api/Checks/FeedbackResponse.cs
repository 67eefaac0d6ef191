namespace CreditGrains.Api.Checks;

/// <summary>Feedback on a check.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="Items">By measure: the newest revision of each, and those before it.</param>
/// <param name="Pending">Mandatory measures of which nothing was fed back yet.</param>
public sealed record FeedbackResponse(
    string Check, string Subject, string Matter, string? Stage, IReadOnlyList<FeedbackItem> Items,
    IReadOnlyList<PendingFeedbackItem> Pending);

/// <summary>Act on one measure.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Revision">1, and one more with each correction.</param>
/// <param name="Action"><c>applied</c>, <c>not-applied</c> or <c>incentive-granted</c>.</param>
/// <param name="Amount">In 10,000 yuan, a decimal; null where none was told.</param>
/// <param name="Note">In words.</param>
/// <param name="ActedOn">Legal date of the act.</param>
/// <param name="At">When it was fed back.</param>
/// <param name="By">By whom, as the credentials said.</param>
/// <param name="Department">Of which department, where the credentials named one.</param>
/// <param name="Former">The revisions before, the first one first; left out of a former one.</param>
public sealed record FeedbackItem(
    string Measure, int Revision, string Action, string? Amount, string? Note, DateOnly ActedOn, DateTimeOffset At, string By,
    string? Department, IReadOnlyList<FeedbackItem>? Former = null);

/// <summary>A mandatory measure of a check of which nothing was fed back yet.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Measure">The measure.</param>
/// <param name="Subject">About whom the check was.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="Department">The department that asked; null where the credentials named none.</param>
/// <param name="AskedOn">The legal date of the check.</param>
/// <param name="Due">The last day for feedback; null where the calendar does not reach so far.</param>
/// <param name="Overdue">Whether that day is over.</param>
public sealed record PendingFeedbackItem(
    string Check, string Measure, string Subject, string Matter, string? Stage, string? Department, DateOnly AskedOn, DateOnly? Due,
    bool Overdue);

/// <summary>Checks that feedback is to come on.</summary>
/// <param name="AsOf">Today's legal date.</param>
/// <param name="Items">The oldest deadline first.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record PendingFeedbackPage(DateOnly AsOf, IReadOnlyList<PendingFeedbackItem> Items, string? Next);
