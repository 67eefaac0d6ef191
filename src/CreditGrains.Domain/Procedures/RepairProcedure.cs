using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 信用修复 (国家发展改革委令 2025 年第 36 号). One application for one or more records; each is decided by the body that reported it
/// (谁认定、谁修复), on or after the first day on which its tier allows.
/// </summary>
internal sealed class RepairProcedure : CaseDefinition
{
    /// <summary>The way of an organisation that a court restructures.</summary>
    private const string Bankruptcy = "bankruptcy";

    private const int RulingCharsMax = 100, SiteCharsMax = 200;

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
            + "with the last record. Of a bankruptcy: as if repaired while the court's plan runs, whatever the shortest publicity "
            + "period; the case is in-plan then.") { Else = CaseState.InPlan },
        new([CaseState.Submitted, CaseState.Accepted, CaseState.Returned], CaseStep.Withdraw, CaseRoles.Subject, CaseState.Withdrawn,
            [AcceptClock, ResultClock], [], "What was granted before stays, but for a plan."),
        new([CaseState.InPlan], CaseStep.Fulfil, CaseRoles.Platform | CaseRoles.Source, CaseState.Closed, [], [],
            "Bankruptcy: the plan has been carried out; what was suspended under it is repaired for good."),
        new([CaseState.InPlan], CaseStep.Fail, CaseRoles.Platform | CaseRoles.Source, CaseState.Closed, [], [],
            "Bankruptcy: the plan has failed; from that day what was suspended under it holds again."),
        new([CaseState.Accepted, CaseState.Decided, CaseState.Closed], CaseStep.Ban, CaseRoles.Platform | CaseRoles.Source,
            CaseState.Banned, [ResultClock], [],
            "After false materials: records not decided are refused, and the organisation may not apply for the years that the rulebook "
            + "says. What was granted stays, but for a plan that was to begin."),
        new([], CaseStep.Synchronise, CaseRoles.Platform | CaseRoles.Source, CaseState.Decided, [], [],
            "Another site has repaired the records: its decision is named and taken over, by the platform or for its own records by their "
            + "source."),
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

    public override bool NeedsReason(CaseStep step) =>
        step is CaseStep.Fulfil or CaseStep.Fail or CaseStep.Ban || base.NeedsReason(step);

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        var isOver = command.Step == CaseStep.Synchronise;
        if (!isOver && work.Context.BannedUntil is { } banned && work.Today < banned)
            return CaseDecision.Refused(ErrorCatalogue.RepairBanned, "", $"{banned:yyyy-MM-dd}");
        if (command.Route is not (null or Bankruptcy))
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/route", Bankruptcy);
        var isPlan = command.Route == Bankruptcy;
        if (isPlan && string.IsNullOrWhiteSpace(command.Ruling))
            return CaseDecision.Refused(ErrorCatalogue.Required, "/ruling");
        if (command.Ruling is { Length: > RulingCharsMax })
            return CaseDecision.Refused(ErrorCatalogue.TooLong, "/ruling", $"at most {RulingCharsMax} characters");
        if (command.Records.Count is 0 or > CaseFile.RecordsMax || command.Records.Distinct().Count() != command.Records.Count)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/records", $"1 to {CaseFile.RecordsMax} records, each once");
        for (var i = 0; i < command.Records.Count; i++)
        {
            if (Repairability.Check(work.Context.Rulebook, work.Target(command.Records[i])!.Status, work.Today, isPlan) is { } missing)
                return CaseDecision.Refused(missing.Error, $"/records/{i}", missing.Found);
        }

        work.Next = work.Next with { Statement = command.Statement, Route = command.Route, Ruling = isPlan ? command.Ruling : null };
        return isOver ? TakeOver(work, command) : null;
    }

    /// <summary>Repairs of another site: in force here from today, its own day named.</summary>
    private static CaseDecision? TakeOver(CaseWork work, CaseCommand command)
    {
        if (command.Origin is not { } origin)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/origin");
        if (string.IsNullOrWhiteSpace(origin.Site) || origin.Site.Length > SiteCharsMax)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/origin/site", $"1 to {SiteCharsMax} characters");
        if (string.IsNullOrWhiteSpace(origin.Number) || origin.Number.Length > RulingCharsMax)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/origin/number", $"1 to {RulingCharsMax} characters");
        if (origin.RepairedOn > work.Today)
            return CaseDecision.Refused(ErrorCatalogue.DateInFuture, "/origin/repairedOn", $"{origin.RepairedOn:yyyy-MM-dd}");
        for (var i = 0; i < command.Records.Count; i++)
        {
            var record = command.Records[i];
            if (!command.Actor.IsPlatform && record.Source.Value != command.Actor.Source)
                return CaseDecision.Refused(ErrorCatalogue.NotTheDecidingBody, $"/records/{i}", record.Source.Value);
            if (work.Target(record)!.Status.Date > origin.RepairedOn)
                return CaseDecision.Refused(ErrorCatalogue.DateOrder, "/origin/repairedOn", $"{origin.RepairedOn:yyyy-MM-dd}");
            Repair(work, record);
        }

        work.Next = work.Next with
        {
            Origin = origin,
            Records = [.. work.Next.Records.Select(record => record with { Outcome = CaseOutcome.Granted })],
            Outcome = CaseOutcome.Granted,
        };
        return null;
    }

    private static void Repair(CaseWork work, RecordId record)
    {
        work.Add(work.NextMark(), 1, CaseKinds.Repair, record, ("repairedOn", work.Today));
        work.Tell("repaired", record);
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
            case CaseStep.Fulfil:
                foreach (var record in Granted(work).Where(record => work.Target(record) is { Status.Withdrawn: false }))
                    Repair(work, record);
                work.Next = work.Next with { Outcome = CaseOutcome.PlanFulfilled, Reason = command.Reason };
                return null;
            case CaseStep.Fail:
                EndPlans(work);
                work.Next = work.Next with { Outcome = CaseOutcome.PlanFailed, Reason = command.Reason };
                return null;
            case CaseStep.Withdraw:
                EndPlans(work);
                return null;
            case CaseStep.Ban:
                if (work.Before.State != CaseState.Closed)
                    EndPlans(work);
                return Ban(work, command);
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
            var isPlan = work.Next.Route == Bankruptcy;
            if (Repairability.Check(work.Context.Rulebook, target.Status, work.Today, isPlan) is { } missing)
                return CaseDecision.Refused(missing.Error, "/record", missing.Found);
            if (isPlan)
                BeginPlan(work, named);
            else
                Repair(work, named);
        }

        var records = work.Next.Records
            .Select(each => each == record ? each with { Outcome = command.Outcome, Reason = command.Reason } : each).ToList();
        work.Next = work.Next with { Records = records };
        if (records.TrueForAll(each => each.Outcome is not null))
            work.Next = work.Next with { Outcome = OutcomeOf(records) };
        if (work.Next is { Route: Bankruptcy, Outcome: CaseOutcome.Granted or CaseOutcome.PartlyGranted })
            work.TakesElse = true;
        return null;
    }

    private static IEnumerable<RecordId> Granted(CaseWork work) =>
        work.Next.Records.Where(record => record.Outcome == CaseOutcome.Granted).Select(record => record.Record);

    private static void BeginPlan(CaseWork work, RecordId record)
    {
        work.Add(work.NextMark(), 1, CaseKinds.Plan, record, ("approvedOn", work.Today));
        var mark = new CaseMark(work.LastMarkNumber, "plan", work.Today, Source: record.Source.Value, Id: record.Id);
        work.Next = work.Next with { Marks = [.. work.Next.Marks, mark] };
        work.Tell("plan-begun", record);
    }

    /// <summary>A plan is as if repaired only while the application for it stands.</summary>
    private static void EndPlans(CaseWork work)
    {
        foreach (var mark in work.Next.Marks.Where(mark => mark.Ended is null).ToList())
            EndPlan(work, mark);
    }

    private static void EndPlan(CaseWork work, CaseMark mark)
    {
        var record = new RecordId(new SourceId(mark.Source!), mark.Id!);
        work.Add(
            work.Context.Number.Mark(mark.Number), 2, CaseKinds.Plan, record, ("approvedOn", mark.From), ("endedOn", work.Today));
        work.Next = work.Next with { Marks = [.. work.Next.Marks.Select(each => each == mark ? each with { Ended = work.Today } : each)] };
        work.Tell("plan-failed", record);
    }

    private static CaseDecision? Ban(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Clocks.Repair.Ban is not { } ban)
            return CaseDecision.Refused(ErrorCatalogue.ClockMissing, "", "repair: ban");
        var records = work.Next.Records.Select(record => record.Outcome is null
            ? record with { Outcome = CaseOutcome.Refused, Reason = command.Reason } : record).ToList();
        work.Next = work.Next with
        {
            Records = records,
            Outcome = work.Next.Outcome ?? OutcomeOf(records),
            BanUntil = work.Today.AddYears(ban.Years),
            BanBasis = ban.Basis,
        };
        return null;
    }

    private static CaseOutcome OutcomeOf(List<CaseRecord> records) =>
        records.TrueForAll(each => each.Outcome == CaseOutcome.Granted) ? CaseOutcome.Granted
        : records.Exists(each => each.Outcome == CaseOutcome.Granted) ? CaseOutcome.PartlyGranted : CaseOutcome.Refused;
}
