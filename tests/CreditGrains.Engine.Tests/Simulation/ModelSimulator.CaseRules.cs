using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>The procedures once more, as a list of ifs: which step is refused with what code, and where a case stands after it.</summary>
internal sealed partial class ModelSimulator
{
    private string? RefusalOfOpening(CaseCommand command, string subject)
    {
        if (command.Step == CaseStep.Submit && !command.Declaration)
            return "declaration-required";
        foreach (var record in command.Records)
        {
            if (!_heads.TryGetValue(record, out var head) || head.Subject != subject)
                return "unknown-record";
            if (head.Withdrawn)
                return "record-withdrawn";
            if (_cases.Values.Any(each => each.Kind == command.Kind && !each.IsOver && each.Records.Contains(record)
                && !each.Decided.ContainsKey(record)))
                return "case-open";
        }

        if (command.Kind == CaseKind.Objection)
            return null;
        if (command.Step == CaseStep.Submit && _cases.Values.Any(each => each.Subject == subject && Today < each.BannedUntil))
            return "repair-banned";
        return command.Records.Select(record => Unrepairable(record, subject, command.Route is not null))
            .FirstOrDefault(code => code is not null);
    }

    private string? RefusalOf(NaiveCase model, CaseCommand command)
    {
        if (!CaseProcedure.TableOf(model.Kind).Any(line => line.Step == command.Step && line.From.Contains(model.State)))
            return "case-state";
        var isSubjects = command.Step is CaseStep.Withdraw or CaseStep.Review or CaseStep.Complete;
        var isDecision = command.Step is CaseStep.Decide or CaseStep.Answer;
        if (command.Actor.IsSubject && !isSubjects)
            return isDecision ? "not-the-deciding-body" : "case-role";
        if (command.Actor.Source is { } source && !model.Records.Any(record => record.Source.Value == source))
            return "not-the-deciding-body";
        if (command.Reason is null && (isDecision || command.Step is CaseStep.Extend or CaseStep.Return or CaseStep.Review
            or CaseStep.Fulfil or CaseStep.Fail or CaseStep.Ban))
            return "required";
        return model.Kind == CaseKind.Objection ? RefusalOfObjection(model, command) : RefusalOfRepair(model, command);
    }

    private string? RefusalOfObjection(NaiveCase model, CaseCommand command)
    {
        var head = _heads[model.Records[0]];
        switch (command.Step)
        {
            case CaseStep.Suspend when model.Suspended > 0:
            case CaseStep.Resume when model.Suspended == 0:
            case CaseStep.Review when !model.IsRejected:
                return "case-state";
            case CaseStep.Review when _cases.Values.Any(each =>
                each != model && each.Kind == CaseKind.Objection && !each.IsOver && each.Records[0] == model.Records[0]):
                return "case-open";
            case CaseStep.Extend when model.IsExtended || Today > WorkingDays(model.ResultFrom, 7):
                return "not-extendable";
            case CaseStep.Decide when model.State == CaseState.Referred && Today <= model.AnswerDue:
                return "answer-awaited";
            case CaseStep.Decide when head.Withdrawn && command.Outcome is not (CaseOutcome.Deleted or CaseOutcome.Rejected):
                return "record-withdrawn";
            case CaseStep.Decide when command.Outcome == CaseOutcome.PublicityEnded
                && _rulebook.Catalogue.Kinds[head.Kind].Publicity == Publicity.None:
                return "outcome-not-applicable";
            default:
                return null;
        }
    }

    private string? RefusalOfRepair(NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Return when model.WasReturned:
                return "case-state";
            case CaseStep.Extend when model.IsExtended || Today > WorkingDays(model.ResultFrom, 10):
                return "not-extendable";
            case CaseStep.Decide:
                var record = command.Records[0];
                if (record.Source.Value != command.Actor.Source)
                    return "not-the-deciding-body";
                if (model.Decided.ContainsKey(record))
                    return "case-state";
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
        if (IsMarked(record, subject))
            return "already-repaired";
        var marks = NaiveAssessment.Remaining(_accepted.Where(pair => pair.Subject == subject).Select(pair => pair.Event))
            .Where(e => e.Facts.Mark is not null).ToList();
        return !isPlan && !NaivePublicity.IsMinimumOver(_rulebook, newest, marks, Today) ? "repair-too-early" : null;
    }

    private bool IsMarked(RecordId record, string subject) => _accepted.Where(pair => pair.Subject == subject)
        .GroupBy(pair => pair.Event.Record).Select(revisions => revisions.Last().Event)
        .Any(e => e.Op == EventOp.Put && e.Facts.Mark is { } mark && mark.Target == record && e.Facts.Date <= Today
            && (mark.Procedure == Procedure.Repair
                || (mark.Procedure == Procedure.Plan && !(e.Facts.Until <= Today))));

    private void Move(NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Accept:
                model.State = CaseState.Accepted;
                break;
            case CaseStep.Refer:
                model.State = CaseState.Referred;
                model.AnswerDue = WorkingDays(Today, 3);
                break;
            case CaseStep.Answer:
                model.State = CaseState.Answered;
                break;
            case CaseStep.Review:
                model.State = CaseState.InReview;
                break;
            case CaseStep.Withdraw:
                model.State = CaseState.Withdrawn;
                break;
            case CaseStep.Return:
                (model.State, model.WasReturned) = (CaseState.Returned, true);
                break;
            case CaseStep.Complete:
                (model.State, model.ResultFrom, model.IsExtended) = (CaseState.Submitted, Today, false);
                break;
            case CaseStep.Extend:
                model.IsExtended = true;
                break;
            case CaseStep.Ban:
                model.State = CaseState.Banned;
                break;
            case CaseStep.Fulfil or CaseStep.Fail:
                model.State = CaseState.Closed;
                break;
            case CaseStep.Decide when model.Kind == CaseKind.Objection:
                model.IsRejected = command.Outcome == CaseOutcome.Rejected;
                model.State = model.State == CaseState.InReview ? CaseState.Closed : CaseState.Decided;
                break;
            case CaseStep.Decide:
                model.Decided[command.Records[0]] = command.Outcome!.Value;
                if (model.Decided.Count == model.Records.Count)
                    model.State = model.Plans.Count > 0 ? CaseState.InPlan : CaseState.Decided;
                break;
        }
    }

    /// <summary>Plain weeks.</summary>
    private static DateOnly WorkingDays(DateOnly from, int count)
    {
        for (var day = from; ;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && --count == 0)
                return day;
        }
    }
}
