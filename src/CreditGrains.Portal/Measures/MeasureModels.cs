using CreditGrains.Api.Measures;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Measures;

/// <summary>Open tasks of implementers.</summary>
/// <param name="Implementer">Only those of this one; empty for all.</param>
/// <param name="Tasks">The oldest first, as the interface writes them.</param>
/// <param name="MayEnd">The reader may say that one is done.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record MeasureTasksModel(
    string Implementer, IReadOnlyList<MeasureTaskResponse> Tasks, bool MayEnd, string? First, string? Next);

/// <summary>One task, and the form that says it is done.</summary>
/// <param name="Task">As the interface writes it.</param>
/// <param name="DoneOn">Day of the act, as typed.</param>
/// <param name="Note">As typed.</param>
/// <param name="IsDone">Whether that was just said.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record MeasureTaskModel(
    MeasureTaskResponse Task, string DoneOn, string Note, bool IsDone, IReadOnlyList<FieldError> Errors);

/// <summary>Measures in force, each with its cause, and what is wrong with the list.</summary>
/// <param name="AsOf">Legal date.</param>
/// <param name="Policy">Version of the policy.</param>
/// <param name="Measure">Only this one; empty for all.</param>
/// <param name="Measures">Entries to choose from.</param>
/// <param name="Items">By organisation.</param>
/// <param name="Faults">Entries that have lapsed, have no implementer or are unpublished, with the fault.</param>
/// <param name="Unread">Organisations of the page that cannot be evaluated.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record MeasureAuditModel(
    DateOnly AsOf, string Policy, string Measure, IReadOnlyList<(string Value, Texts.Text Label)> Measures,
    IReadOnlyList<AuditedMeasureResponse> Items, IReadOnlyList<(Texts.Text Measure, Texts.Text Fault)> Faults,
    IReadOnlyList<string> Unread, string? First, string? Next);
