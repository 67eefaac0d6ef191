using CreditGrains.Domain.Procedures;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>A step as docs/procedures.md has it.</summary>
/// <param name="Step">Which.</param>
/// <param name="By">Parties that may take it: <c>s</c>ubject, <c>d</c>epartment, <c>p</c>latform.</param>
/// <param name="IsOfBody">Another party is told that it is not the deciding body.</param>
/// <param name="NeedsReason">Whether it is refused without a reason.</param>
/// <param name="From">States in which it may be taken.</param>
internal sealed record NaiveStep(CaseStep Step, string By, bool IsOfBody, bool NeedsReason, params CaseState[] From);

/// <summary>The tables of docs/procedures.md once more, by hand; no table of the product's is read.</summary>
internal static class NaiveProcedures
{
    public static IReadOnlyList<CaseKind> Kinds { get; } =
        [CaseKind.Objection, CaseKind.Repair, CaseKind.Listing, CaseKind.Commitment, CaseKind.Declaration, CaseKind.Contract];

    /// <summary>Deadlines that a rulebook must have before a case is opened.</summary>
    public static string[] ClocksOf(CaseKind kind) => kind switch
    {
        CaseKind.Objection => ["objection-own", "objection-answer", "objection-source"],
        CaseKind.Repair => ["repair-accept", "repair-result"],
        CaseKind.Listing => ["listing-hearing", "listing-decide"],
        CaseKind.Commitment => ["commitment-accept"],
        CaseKind.Declaration => ["declaration-verify"],
        _ => ["contract-mirror"],
    };

    public static NaiveStep[] StepsOf(CaseKind kind) => kind switch
    {
        CaseKind.Objection => Objection,
        CaseKind.Repair => Repair,
        CaseKind.Listing => Listing,
        CaseKind.Commitment => Commitment,
        CaseKind.Declaration => Declaration,
        _ => Contract,
    };

    /// <summary>Whether nobody is waited for.</summary>
    public static bool IsEnd(CaseState state) => state is CaseState.Decided or CaseState.Closed or CaseState.Withdrawn or CaseState.Banned
        or CaseState.Listed or CaseState.Removed or CaseState.Revoked or CaseState.Performed or CaseState.Verified or CaseState.Refuted;

    private static readonly NaiveStep[] Objection =
    [
        new(CaseStep.Accept, "p", false, false, CaseState.Submitted),
        new(CaseStep.Refer, "p", false, false, CaseState.Submitted, CaseState.Accepted),
        new(CaseStep.Answer, "d", true, true, CaseState.Referred),
        new(CaseStep.Suspend, "p", false, false, Handled),
        new(CaseStep.Resume, "p", false, false, Handled),
        new(CaseStep.Extend, "p", false, true, CaseState.Referred, CaseState.Answered),
        new(CaseStep.Decide, "p", true, true, CaseState.Accepted, CaseState.Answered, CaseState.Referred, CaseState.InReview),
        new(CaseStep.Review, "sd", false, true, CaseState.Decided),
        new(CaseStep.Withdraw, "sd", false, false, Handled),
    ];

    private static readonly NaiveStep[] Repair =
    [
        new(CaseStep.Accept, "dp", false, false, CaseState.Submitted),
        new(CaseStep.Return, "dp", false, true, CaseState.Submitted, CaseState.Accepted),
        new(CaseStep.Complete, "s", false, false, CaseState.Returned),
        new(CaseStep.Extend, "dp", false, true, CaseState.Accepted),
        new(CaseStep.Decide, "d", true, true, CaseState.Accepted),
        new(CaseStep.Withdraw, "s", false, false, CaseState.Submitted, CaseState.Accepted, CaseState.Returned),
        new(CaseStep.Fulfil, "dp", false, true, CaseState.InPlan),
        new(CaseStep.Fail, "dp", false, true, CaseState.InPlan),
        new(CaseStep.Ban, "dp", false, true, CaseState.Accepted, CaseState.Decided, CaseState.Closed),
    ];

    private static readonly NaiveStep[] Listing =
    [
        new(CaseStep.Notify, "d", true, false, CaseState.Submitted),
        new(CaseStep.Hear, "sd", false, false, CaseState.Notified, CaseState.Heard),
        new(CaseStep.Extend, "d", true, true, CaseState.Notified, CaseState.Heard),
        new(CaseStep.Decide, "d", true, true, CaseState.Submitted, CaseState.Notified, CaseState.Heard),
        new(CaseStep.Remove, "d", true, true, CaseState.Listed),
        new(CaseStep.Revoke, "d", true, true, CaseState.Listed, CaseState.Expired),
    ];

    private static readonly NaiveStep[] Commitment =
    [
        new(CaseStep.Accept, "d", true, false, CaseState.Submitted),
        new(CaseStep.Supervise, "d", true, false, CaseState.Accepted),
        new(CaseStep.Assess, "d", true, true, CaseState.Accepted, CaseState.Supervised, CaseState.Rectifying),
        new(CaseStep.Rectify, "d", true, true, CaseState.Breached),
        new(CaseStep.Close, "d", true, true, CaseState.Submitted, CaseState.Accepted, CaseState.Supervised, CaseState.Rectifying,
            CaseState.Breached, CaseState.Performed),
        new(CaseStep.Withdraw, "s", false, false, CaseState.Submitted, CaseState.Accepted, CaseState.Supervised),
    ];

    private static readonly NaiveStep[] Declaration =
    [
        new(CaseStep.Accept, "d", true, false, CaseState.Submitted),
        new(CaseStep.Extend, "d", true, true, CaseState.Submitted, CaseState.Verifying),
        new(CaseStep.Decide, "d", true, true, CaseState.Submitted, CaseState.Verifying),
        new(CaseStep.Withdraw, "s", false, false, CaseState.Submitted, CaseState.Verifying, CaseState.Verified, CaseState.Expired),
        new(CaseStep.Close, "d", true, false, CaseState.Expired),
    ];

    private static readonly NaiveStep[] Contract =
    [
        new(CaseStep.Perform, "d", true, false, CaseState.InPerformance),
        new(CaseStep.Breach, "d", true, false, CaseState.InPerformance),
        new(CaseStep.Close, "d", true, true, CaseState.Breached),
        new(CaseStep.Withdraw, "d", true, true, CaseState.InPerformance),
        new(CaseStep.Mirror, "p", false, false, CaseState.InPerformance, CaseState.Performed, CaseState.Breached, CaseState.Closed,
            CaseState.Withdrawn),
    ];

    private static CaseState[] Handled =>
        [CaseState.Submitted, CaseState.Accepted, CaseState.Referred, CaseState.Answered, CaseState.InReview];
}
