namespace CreditGrains.Client;

/// <summary>Public pages that are closed.</summary>
/// <param name="Items">By path.</param>
/// <param name="Acts">Acts of operators, the newest first.</param>
public sealed record ClosedPages(IReadOnlyList<ClosedPage> Items, IReadOnlyList<ClosingAct> Acts);

/// <summary>A public page, with all below it, that is taken down.</summary>
/// <param name="Path">Its path.</param>
/// <param name="At">Since when.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Reason">Why.</param>
public sealed record ClosedPage(string Path, DateTimeOffset At, string Actor, string Reason);

/// <summary>Act of an operator on public pages.</summary>
/// <param name="At">When.</param>
/// <param name="Action"><c>closed</c> or <c>opened</c>.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Path">The page.</param>
/// <param name="Reason">Why.</param>
public sealed record ClosingAct(DateTimeOffset At, string Action, string Actor, string Path, string Reason);
