namespace CreditGrains.Api.Measures;

/// <summary>A measure that its implementer is to apply, or to lift.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Action"><c>apply</c> or <c>lift</c>.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Measure">Id of the measure.</param>
/// <param name="Title">Title of the measure; null where the rulebook has it no more.</param>
/// <param name="Class"><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>; null as above.</param>
/// <param name="Mandatory">Whether it must be applied.</param>
/// <param name="Basis">Legal basis; null as above.</param>
/// <param name="Implementer">Implementer, as the measure list named it.</param>
/// <param name="Since">The legal date on which the measure began or ended.</param>
/// <param name="DoneOn">Legal date of the act; null while it is open.</param>
/// <param name="DoneBy">Caller who said so.</param>
/// <param name="Note">In words.</param>
public sealed record MeasureTaskResponse(
    string Task, string Action, string Subject, string Measure, string? Title, string? Class, bool Mandatory, string? Basis,
    string Implementer, DateOnly Since, DateOnly? DoneOn, string? DoneBy, string? Note);

/// <summary>Open tasks.</summary>
/// <param name="AsOf">Today's legal date.</param>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record MeasureTaskPage(DateOnly AsOf, IReadOnlyList<MeasureTaskResponse> Items, string? Next);

/// <summary>Says that a task is done.</summary>
/// <param name="DoneOn">Legal date of the act, from the day of the task to today; today where it is left out.</param>
/// <param name="Note">At most 1,000 characters.</param>
public sealed record MeasureTaskDoneBody(string? DoneOn = null, string? Note = null);
