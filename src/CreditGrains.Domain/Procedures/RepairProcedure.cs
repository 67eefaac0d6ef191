using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 信用修复 (国家发展改革委令 2025 年第 36 号). One application for one or more records; each is decided by the body that reported it
/// (谁认定、谁修复), on or after the first day on which its tier allows.
/// </summary>
internal sealed class RepairProcedure : CaseDefinition
{
    private const string AcceptClock = "repair-accept", ResultClock = "repair-result";

    private static readonly CaseState[] Before = [CaseState.Submitted, CaseState.Accepted];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, CaseRoles.Subject, CaseState.Submitted, [], [AcceptClock, ResultClock],
            "Refused before the first day on which each record may be repaired. A result is due from each body."),
        new([CaseState.Submitted], CaseStep.Accept, CaseRoles.Platform | CaseRoles.Source, CaseState.Accepted, [AcceptClock], [], ""),
        new(Before, CaseStep.Return, CaseRoles.Platform | CaseRoles.Source, CaseState.Returned, [AcceptClock, ResultClock], [],
            "For completion, once; no time runs until the applicant has completed it."),
        new([CaseState.Returned], CaseStep.Complete, CaseRoles.Subject, CaseState.Submitted, [], [AcceptClock, ResultClock],
            "The deadlines begin anew."),
        new([CaseState.Accepted], CaseStep.Extend, CaseRoles.Platform | CaseRoles.Source, null, [], [],
            "The deadline of the result is put off once, by what the rulebook allows."),
        new([CaseState.Accepted], CaseStep.Decide, CaseRoles.Source, CaseState.Decided, [ResultClock], [],
            "For one record, by its own source. Granted: publicity, sharing, measures and weight of it end together. The case is closed "
            + "with the last record."),
        new([CaseState.Submitted, CaseState.Accepted, CaseState.Returned], CaseStep.Withdraw, CaseRoles.Subject, CaseState.Withdrawn,
            [AcceptClock, ResultClock], [], "What was granted before stays."),
    ];

    public override CaseKind Kind => CaseKind.Repair;

    public override string Letters => "XF";

    public override string Collection => "repairs";

    public override string Title => "Repair (信用修复)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [AcceptClock, ResultClock];

    public override string ExtendedClock => ResultClock;

    public override bool ExtendsOwnClock => true;

    public override IEnumerable<string> OwnersOf(string clock, CaseFile file) => clock == ResultClock ? Undecided(file) : [Platform];

    /// <summary>A repair of several records ends with the last of them.</summary>
    public override bool Moves(CaseStep step, CaseFile file) => step != CaseStep.Decide || file.Outcome is not null;

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        if (command.Records.Count is 0 or > CaseFile.RecordsMax || command.Records.Distinct().Count() != command.Records.Count)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/records", $"1 to {CaseFile.RecordsMax} records, each once");
        for (var i = 0; i < command.Records.Count; i++)
        {
            if (Repairability.Check(work.Context.Rulebook, work.Target(command.Records[i])!.Status, work.Today) is { } missing)
                return CaseDecision.Refused(missing.Error, $"/records/{i}", missing.Found);
        }

        work.Next = work.Next with { Statement = command.Statement };
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Return when work.Before.WasReturned:
                return CaseDecision.Refused(ErrorCatalogue.CaseState, "", "returned before");
            case CaseStep.Return:
                work.Next = work.Next with { WasReturned = true };
                return null;
            case CaseStep.Complete:
                work.Next = work.Next with { Statement = command.Statement ?? work.Next.Statement };
                return null;
            case CaseStep.Decide:
                return Decide(work, command);
            default:
                return null;
        }
    }

    private static CaseDecision? Decide(CaseWork work, CaseCommand command)
    {
        if (command.Records is not [var named])
            return CaseDecision.Refused(ErrorCatalogue.Required, "/record");
        var record = work.Next.Records.FirstOrDefault(each => each.Record == named);
        if (record is null)
            return CaseDecision.Refused(ErrorCatalogue.UnknownRecord, "/record", named.ToString());
        if (record.Source != command.Actor.Source)
            return CaseDecision.Refused(ErrorCatalogue.NotTheDecidingBody, "/record", record.Source);
        if (record.Outcome is { } decided)
            return CaseDecision.Refused(ErrorCatalogue.CaseState, "/record", CaseNames.Of(decided));
        if (command.Outcome is not (CaseOutcome.Granted or CaseOutcome.Refused))
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/outcome", "granted, refused");
        if (command.Outcome == CaseOutcome.Granted)
        {
            if (work.Target(named) is not { Status.Withdrawn: false } target)
                return CaseDecision.Refused(ErrorCatalogue.RecordWithdrawn, "/record", named.ToString());
            if (Repairability.Check(work.Context.Rulebook, target.Status, work.Today) is { } missing)
                return CaseDecision.Refused(missing.Error, "/record", missing.Found);
            work.Add(work.NextMark(), 1, CaseKinds.Repair, named, ("repairedOn", work.Today));
            work.Tell("repaired", named);
        }

        var records = work.Next.Records
            .Select(each => each == record ? each with { Outcome = command.Outcome, Reason = command.Reason } : each).ToList();
        work.Next = work.Next with { Records = records };
        if (records.TrueForAll(each => each.Outcome is not null))
            work.Next = work.Next with { Outcome = OutcomeOf(records) };
        return null;
    }

    /// <summary>Granted where any record was.</summary>
    private static CaseOutcome OutcomeOf(List<CaseRecord> records) =>
        records.Exists(each => each.Outcome == CaseOutcome.Granted) ? CaseOutcome.Granted : CaseOutcome.Refused;
}
