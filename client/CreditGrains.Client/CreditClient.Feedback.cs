using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CreditGrains.Client;

// Feedback on checks.
public sealed partial class CreditClient
{
    /// <summary>
    /// Says what was done with a measure that one's own check has shown; once for each measure. Not repeated by itself: a second one is
    /// refused as <c>feedback-given</c>.
    /// </summary>
    public Task<GivenFeedback> GiveFeedbackAsync(string number, CheckFeedback feedback, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(
                HttpMethod.Post, $"v1/checks/{Escape(number)}/feedback",
                Content(JsonSerializer.SerializeToUtf8Bytes(feedback, CreditJson.Default.CheckFeedback), "application/json")),
            safe: false, CreditJson.Default.GivenFeedback, cancellation);

    /// <summary>Corrects feedback; every revision is kept.</summary>
    /// <param name="number">Number of the check.</param>
    /// <param name="feedback">The whole of it, anew.</param>
    /// <param name="revision">The revision that it is made on; null for whichever is the newest.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<GivenFeedback> CorrectFeedbackAsync(
        string number, CheckFeedback feedback, int? revision = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        return SendAsync(
            () =>
            {
                var request = Request(
                    HttpMethod.Put, $"v1/checks/{Escape(number)}/feedback/{Escape(feedback.Measure)}",
                    Content(JsonSerializer.SerializeToUtf8Bytes(feedback, CreditJson.Default.CheckFeedback), "application/json"));
                if (revision is { } made)
                    request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{made.ToString(CultureInfo.InvariantCulture)}\""));
                return request;
            },
            safe: false, CreditJson.Default.GivenFeedback, cancellation);
    }

    /// <summary>Feedback on a check, with every revision, and what is to come.</summary>
    public Task<FeedbackOfCheck> FeedbackAsync(string number, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/checks/{Escape(number)}/feedback"), safe: true, CreditJson.Default.FeedbackOfCheck,
        cancellation);

    /// <summary>Mandatory measures of checks of which nothing was fed back yet, the oldest deadline first.</summary>
    /// <param name="due">Only what is due on or before this day.</param>
    /// <param name="department">Only of one department, for auditors and operators.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<CheckReminderPage> CheckRemindersAsync(
        DateOnly? due = null, string? department = null, string? cursor = null, int limit = 50, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, "v1/check-reminders" + Query(
                ("due", due?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("department", department), ("cursor", cursor),
                ("limit", limit.ToString(CultureInfo.InvariantCulture)))),
            safe: true, CreditJson.Default.CheckReminderPage, cancellation);
}
