namespace CreditGrains.Domain.Procedures;

/// <summary>One line of a procedure's state machine; docs/procedures.md is made of these.</summary>
/// <param name="From">States in which the step may be taken; empty for the first step.</param>
/// <param name="Step">The step.</param>
/// <param name="By">Party that may take it.</param>
/// <param name="To">The state afterwards; null where it stays.</param>
/// <param name="Ends">Deadlines that it meets.</param>
/// <param name="Starts">Deadlines that begin with it.</param>
/// <param name="Effect">Further effect, in one sentence.</param>
/// <param name="Outcomes">Results with which the step takes this line; null for any, or none.</param>
public sealed record CaseTransition(
    IReadOnlyList<CaseState> From, CaseStep Step, CaseRoles By, CaseState? To, IReadOnlyList<string> Ends, IReadOnlyList<string> Starts,
    string Effect, IReadOnlyList<CaseOutcome>? Outcomes = null)
{
    /// <summary>Another state that the step may lead to, as its effect says; null for none.</summary>
    public CaseState? Else { get; init; }
}
