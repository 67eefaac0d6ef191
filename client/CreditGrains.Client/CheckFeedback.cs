namespace CreditGrains.Client;

/// <summary>Act on one measure that a check has shown (联合奖惩案例回传).</summary>
/// <param name="Measure">A measure or incentive of the check's answer.</param>
/// <param name="Action"><c>applied</c>, <c>not-applied</c>, or of an incentive <c>incentive-granted</c>.</param>
/// <param name="Amount">Amount that it came to, in 10,000 yuan: a decimal of at most six places, 0 or more.</param>
/// <param name="Note">At most 1,000 characters.</param>
/// <param name="ActedOn">Legal date of the act; null for today.</param>
public sealed record CheckFeedback(string Measure, string Action, string? Amount = null, string? Note = null, DateOnly? ActedOn = null);

/// <summary>Feedback as the server keeps it.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Revision">1, and one more with each correction.</param>
/// <param name="Action">The act.</param>
/// <param name="Amount">In 10,000 yuan; null where none was told.</param>
/// <param name="Note">In words.</param>
/// <param name="ActedOn">Legal date of the act.</param>
/// <param name="At">When it was fed back.</param>
/// <param name="By">By whom.</param>
/// <param name="Department">Of which department.</param>
/// <param name="Former">The revisions before, the first one first.</param>
public sealed record GivenFeedback(
    string Measure, int Revision, string Action, string? Amount, string? Note, DateOnly ActedOn, DateTimeOffset At, string By,
    string? Department, IReadOnlyList<GivenFeedback>? Former);

/// <summary>Feedback on a check, given and to come.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Matter">Its matter.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="Items">By measure, the newest revision of each.</param>
/// <param name="Pending">Mandatory measures of which nothing was fed back yet.</param>
public sealed record FeedbackOfCheck(
    string Check, string Subject, string Matter, string? Stage, IReadOnlyList<GivenFeedback> Items, IReadOnlyList<CheckReminder> Pending);

/// <summary>A mandatory measure of a check of which nothing was fed back yet.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Measure">The measure.</param>
/// <param name="Subject">About whom the check was.</param>
/// <param name="Matter">Its matter.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="Department">The department that asked.</param>
/// <param name="AskedOn">The legal date of the check.</param>
/// <param name="Due">The last day for feedback; null where the calendar does not reach so far.</param>
/// <param name="Overdue">Whether that day is over.</param>
public sealed record CheckReminder(
    string Check, string Measure, string Subject, string Matter, string? Stage, string? Department, DateOnly AskedOn, DateOnly? Due,
    bool Overdue);

/// <summary>A page of reminders.</summary>
/// <param name="AsOf">Today's legal date.</param>
/// <param name="Items">The oldest deadline first.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record CheckReminderPage(DateOnly AsOf, IReadOnlyList<CheckReminder> Items, string? Next);
