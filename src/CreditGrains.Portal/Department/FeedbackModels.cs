using System.Globalization;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Mandatory measures of one's checks of which nothing was fed back yet.</summary>
/// <param name="Rows">The oldest deadline first.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record ReminderModel(IReadOnlyList<ReminderRowModel> Rows, string? First, string? Next)
{
    /// <summary>Number of a check as typed, whose feedback is wanted.</summary>
    public string Check { get; init; } = "";

    public IReadOnlyList<FieldError> Errors { get; init; } = [];
}

/// <summary>One of them.</summary>
/// <param name="Pending">Measure and check.</param>
/// <param name="Measure">Title of the measure.</param>
/// <param name="Matter">Title of the matter.</param>
/// <param name="IsOverdue">Whether the last day is over.</param>
public sealed record ReminderRowModel(PendingFeedback Pending, Text Measure, Text Matter, bool IsOverdue)
{
    /// <summary>The last day for feedback; null where the calendar does not reach so far.</summary>
    public DateOnly? Due => Pending.Due == DateOnly.MaxValue ? null : Pending.Due;

    /// <summary>The form, with the measure chosen.</summary>
    public string Address => PortalPaths.CheckFeedback(Pending.Check) + QueryString.Create("measure", Pending.Measure);
}

/// <summary>Feedback on one check: what was said, and the form for more.</summary>
/// <param name="Number">Number of the check.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Matter">Title of the matter.</param>
/// <param name="Given">Newest revision of each measure.</param>
/// <param name="Measures">Measures that the check has shown, to choose from.</param>
/// <param name="Titles">Titles of measures by their ids.</param>
/// <param name="Form">As typed.</param>
/// <param name="IsDone">Whether feedback was just taken.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record FeedbackModel(
    string Number, string Subject, Text Matter, IReadOnlyList<StoredFeedback> Given,
    IReadOnlyList<(string Value, Text Label)> Measures, IReadOnlyDictionary<string, Text> Titles, FeedbackFormModel Form, bool IsDone,
    IReadOnlyList<FieldError> Errors)
{
    /// <summary>Without trailing zeros; empty where none was told.</summary>
    public static string AmountOf(StoredFeedback feedback) =>
        feedback.Amount?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    public Text TitleOf(string measure) => Titles.TryGetValue(measure, out var title) ? title : new Text(measure, measure);
}

/// <summary>Fields as typed.</summary>
public sealed record FeedbackFormModel(string Measure, string Action, string Amount, string ActedOn, string Note);
