namespace CreditGrains.Client;

/// <summary>A page of a source's open rejected lines, oldest first.</summary>
/// <param name="Items">The lines.</param>
/// <param name="Open">How many there are in all.</param>
/// <param name="Next">Continues the list; null at its end.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantinedLine> Items, long Open, string? Next);

/// <summary>A rejected line, kept until its source fixes or dismisses it.</summary>
/// <param name="Number">Its number in the source's quarantine: what dismissing and sending again take.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Code">Why: a code of the error catalogue.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
/// <param name="Line">The line as received; null when it may not be kept (personal data) or was too long.</param>
/// <param name="At">When.</param>
/// <param name="State"><c>open</c>, <c>dismissed</c>, <c>resubmitted</c> or <c>superseded</c>; null from earlier servers.</param>
/// <param name="ClosedBy">By whom it was closed; null while it is open.</param>
/// <param name="ClosedAt">When it was closed.</param>
public sealed record QuarantinedLine(
    long Number, string? Id, string Code, string? Detail, string? Pointer, string? Line, DateTimeOffset At, string? State = null,
    string? ClosedBy = null, DateTimeOffset? ClosedAt = null);
