using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Repairs, under a court's plan, and taken over from another site by the platform or by a source.</summary>
internal sealed partial class ModelSimulator
{
    private static readonly string[] Repairable = ["penalty", "list-entry", "contract"];

    private CaseCommand RepairDrawn(string subject)
    {
        var command = Command(CaseStep.Submit, Rarely(20) ? Platform : Organisation) with
        {
            Kind = CaseKind.Repair,
            Records =
            [
                .. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => AnyRecord(subject, Rarely(5) ? null : Repairable)).Distinct(),
            ],
            Declaration = !Rarely(20),
        };
        if (Rarely(4))
            return command with { Route = "bankruptcy", Ruling = Rarely(15) ? null : "R" };
        return Rarely(4) ? Synchronised(command) : command;
    }

    private CaseCommand Synchronised(CaseCommand command) => command with
    {
        Step = CaseStep.Synchronise,
        Actor = _random.Next(10) switch
        {
            0 => Organisation,
            < 5 => Platform,
            _ => Department(command.Records[0].Source.Value),
        },
        Origin = Rarely(20) ? null
            : new CaseOrigin("site", "number", Today.AddDays(Rarely(15) ? 1 : Rarely(2) ? 0 : -_random.Next(0, 200))),
    };

    private string? RefusalOfRepair(CaseCommand command, string subject)
    {
        if (command.Step == CaseStep.Submit && _cases.Values.Any(each => each.Subject == subject && Today < each.BannedUntil))
            return "repair-banned";
        if (command.Route is not null && command.Ruling is null)
            return "required";
        var unrepairable = command.Records.Select(record => Unrepairable(record, subject, command.Route is not null))
            .FirstOrDefault(code => code is not null);
        if (unrepairable is not null || command.Step == CaseStep.Submit)
            return unrepairable;
        if (command.Origin is not { } origin)
            return "required";
        if (origin.RepairedOn > Today)
            return "date-in-future";
        foreach (var record in command.Records)
        {
            if (!command.Actor.IsPlatform && record.Source.Value != command.Actor.Source)
                return "not-the-deciding-body";
            if (FactsOf(record).Date > origin.RepairedOn)
                return "date-order";
        }

        return null;
    }

    private void BeginRepair(NaiveCase model)
    {
        Start(model, "repair-accept", "platform");
        foreach (var source in model.Records.Where(record => !model.Decided.ContainsKey(record)).Select(record => record.Source.Value)
            .Distinct())
            Start(model, "repair-result", source);
    }

    private CaseCommand RepairStepDrawn(NaiveCase model, CaseCommand command)
    {
        if (command.Step != CaseStep.Decide)
            return command;
        var record = model.Records[_random.Next(model.Records.Count)];
        return command with
        {
            Records = [record],
            Actor = Rarely(5) ? command.Actor : Department(record.Source.Value),
            Outcome = Rarely(3) ? CaseOutcome.Refused : Rarely(25) ? CaseOutcome.Rejected : CaseOutcome.Granted,
        };
    }

    private string? RefusalOfRepair(NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Return when model.WasReturned:
                return "case-state";
            case CaseStep.Decide:
                var record = command.Records[0];
                if (record.Source.Value != command.Actor.Source)
                    return "not-the-deciding-body";
                if (model.Decided.ContainsKey(record))
                    return "case-state";
                if (command.Outcome == CaseOutcome.Rejected)
                    return "not-in-code-list";
                if (command.Outcome == CaseOutcome.Refused)
                    return null;
                return _heads[record].Withdrawn ? "record-withdrawn" : Unrepairable(record, model.Subject, model.Route is not null);
            default:
                return null;
        }
    }

    private string? Unrepairable(RecordId record, string subject, bool isPlan)
    {
        var newest = _accepted.FindLast(pair => pair.Event.Record == record).Event;
        var kind = _rulebook.Catalogue.Kinds[newest.Kind];
        if (kind.Role is not (RecordRole.Negative or RecordRole.List))
            return "not-repairable";
        if (newest.Kind == "contract" && newest.Facts.Level is not ("breached" or "seriously-breached"))
            return "not-repairable";
        if (IsMarked(record, subject))
            return "already-repaired";
        var marks = NaiveAssessment.Remaining(_accepted.Where(pair => pair.Subject == subject).Select(pair => pair.Event))
            .Where(e => e.Facts.Mark is not null).ToList();
        return !isPlan && !NaivePublicity.IsMinimumOver(_rulebook, newest, marks, Today) ? "repair-too-early" : null;
    }

    private bool IsMarked(RecordId record, string subject) => MarksOn(record, subject).Any();

    private bool IsRepairedForGood(RecordId record, string subject) => MarksOn(record, subject).Contains(Procedure.Repair);

    private IEnumerable<Procedure> MarksOn(RecordId record, string subject) => _accepted.Where(pair => pair.Subject == subject)
        .GroupBy(pair => pair.Event.Record).Select(revisions => revisions.Last().Event)
        .Where(e => e.Op == EventOp.Put && e.Facts.Mark is { } mark && mark.Target == record && e.Facts.Date <= Today
            && (mark.Procedure == Procedure.Repair || (mark.Procedure == Procedure.Plan && !(e.Facts.Until <= Today))))
        .Select(e => e.Facts.Mark!.Procedure);

    private void ApplyToRepair(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Accept:
                model.State = CaseState.Accepted;
                End(model, "repair-accept");
                break;
            case CaseStep.Return:
                (model.State, model.WasReturned) = (CaseState.Returned, true);
                End(model);
                break;
            case CaseStep.Complete:
                model.State = CaseState.Submitted;
                BeginRepair(model);
                break;
            case CaseStep.Decide:
                DecideRepair(number, model, command);
                break;
            case CaseStep.Fulfil:
                foreach (var granted in model.Records.Where(each => model.Plans.ContainsKey(each) && !_heads[each].Withdrawn))
                    Mark(number, model, CaseKinds.Repair, granted, ("repairedOn", Today));
                model.State = CaseState.Closed;
                break;
            case CaseStep.Fail:
                EndPlans(number, model);
                (model.State, model.HasFailed) = (CaseState.Closed, true);
                break;
            case CaseStep.Ban:
                EndPlans(number, model);
                (model.State, model.BannedUntil) = (CaseState.Banned, Today.AddYears(1));
                End(model);
                break;
            case CaseStep.Withdraw:
                EndPlans(number, model);
                model.State = CaseState.Withdrawn;
                End(model);
                break;
        }
    }

    private void DecideRepair(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var record = command.Records[0];
        if (command.Outcome == CaseOutcome.Granted && model.Route is not null)
            model.Plans[record] = (Mark(number, model, CaseKinds.Plan, record, ("approvedOn", Today)), Today);
        else if (command.Outcome == CaseOutcome.Granted)
            Mark(number, model, CaseKinds.Repair, record, ("repairedOn", Today));
        model.Decided[record] = command.Outcome!.Value;
        foreach (var clock in model.Running.Where(clock => clock.Clock == "repair-result"
            && model.Records.All(each => each.Source.Value != clock.Owner || model.Decided.ContainsKey(each))).ToList())
            clock.Ended = Today;
        if (model.Decided.Count == model.Records.Count)
            model.State = model.Plans.Count > 0 ? CaseState.InPlan : CaseState.Decided;
    }

    private void EndPlans(CaseNumber number, NaiveCase model)
    {
        if (model.State == CaseState.Closed)
            return;
        foreach (var (granted, (mark, from)) in model.Plans.OrderBy(plan => plan.Value.Mark))
            Revise(number, mark, 2, CaseKinds.Plan, granted, ("approvedOn", from), ("endedOn", Today));
    }
}
