namespace CreditGrains.Client;

/// <summary>A measure that its implementer is to apply, or to lift.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Action"><c>apply</c> or <c>lift</c>.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Measure">Id of the measure.</param>
/// <param name="Title">Title of the measure.</param>
/// <param name="Implementer">Implementer, as the measure list named it.</param>
/// <param name="Since">The legal date on which the measure began or ended.</param>
/// <param name="DoneOn">Legal date of the act; null while it is open.</param>
/// <param name="DoneBy">Caller who said so.</param>
/// <param name="Note">In words.</param>
public sealed record MeasureTask(
    string Task, string Action, string Subject, string Measure, string? Title, string Implementer, DateOnly Since, DateOnly? DoneOn,
    string? DoneBy, string? Note);

/// <summary>Open tasks.</summary>
/// <param name="AsOf">Today's legal date.</param>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record MeasureTaskPage(DateOnly AsOf, IReadOnlyList<MeasureTask> Items, string? Next);

/// <summary>Says that a task is done.</summary>
/// <param name="DoneOn">Legal date of the act; null for today.</param>
/// <param name="Note">At most 1,000 characters.</param>
public sealed record MeasureTaskDone(DateOnly? DoneOn = null, string? Note = null);
