namespace CreditGrains.Engine.Closings;

/// <summary>A public page, with all below it, that an operator has taken down.</summary>
/// <param name="Path">Its path, for instance <c>/portal/lists/serious-dishonesty</c>.</param>
/// <param name="At">Since when.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Reason">Why; not shown to the public.</param>
public sealed record ClosedPage(string Path, DateTimeOffset At, string Actor, string Reason);

/// <summary>Act of an operator on public pages.</summary>
/// <param name="At">When.</param>
/// <param name="Action"><c>closed</c> or <c>opened</c>.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Path">The page.</param>
/// <param name="Reason">Why.</param>
public sealed record ClosingAct(DateTimeOffset At, string Action, string Actor, string Path, string Reason);
