using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Which step is refused with what code, as a list of ifs: what all kinds of cases have in common.</summary>
internal sealed partial class ModelSimulator
{
    private string? RefusalOfOpening(CaseCommand command, string subject)
    {
        if (command.Fact(CaseFacts.Party) is { } party && !IsKnownSubject(party))
            return "unknown-party";
        if (!IsKnownSubject(subject))
            return command.Records.Count > 0 ? "unknown-record" : "unknown-subject";
        var by = command.Kind switch
        {
            CaseKind.Objection => "sd",
            CaseKind.Repair => command.Step == CaseStep.Synchronise ? "dp" : "s",
            CaseKind.Listing or CaseKind.Contract => "d",
            _ => "s",
        };
        var sources = command.Kind is CaseKind.Listing or CaseKind.Contract
            ? [command.Actor.Source ?? "none"] : command.Records.Select(record => record.Source.Value).ToList();
        if (PlaceOf(command.Actor, by, sources) is null)
            return "case-role";
        if (command.Kind is CaseKind.Objection or CaseKind.Repair or CaseKind.Declaration && command.Step == CaseStep.Submit
            && !command.Declaration)
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

        if (KeyOf(command) is { } key && _cases.Values.Any(each =>
            each.Kind == command.Kind && each.Subject == subject && !each.IsOver && each.Key == key))
            return "case-open";
        if (command.Step == CaseStep.Submit && Unreachable(Today, NaiveProcedures.ClocksOf(command.Kind)) is { } lacking)
            return lacking;
        return command.Kind switch
        {
            CaseKind.Objection => RefusalOfObjection(command),
            CaseKind.Repair => RefusalOfRepair(command, subject),
            CaseKind.Listing => RefusalOfListing(command, subject),
            CaseKind.Commitment => RefusalOfCommitment(command),
            CaseKind.Declaration => RefusalOfDeclaration(command),
            _ => RefusalOfContract(command, subject),
        };
    }

    /// <summary>Of which a subject has one open case of a kind at a time.</summary>
    private string? KeyOf(CaseCommand command) => command.Kind switch
    {
        CaseKind.Listing => command.Fact(CaseFacts.List),
        CaseKind.Commitment => ItemOf(command.Fact(CaseFacts.Matter)) ?? command.Fact(CaseFacts.Matter),
        CaseKind.Declaration =>
            $"{ClassOf(command.Fact(CaseFacts.Class)) ?? command.Fact(CaseFacts.Class)} {command.Fact(CaseFacts.Title)}",
        CaseKind.Contract when !_areContractsKeyed => $"contract {command.Fact("contractNumber")}",
        _ => null,
    };

    private string? RefusalOf(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        if (command.IfRevision is { } seen && seen != model.Revision)
            return "case-changed";
        if (Array.Find(NaiveProcedures.StepsOf(model.Kind), line => line.Step == command.Step) is not { } step)
            return model.Kind == CaseKind.Repair && command.Step == CaseStep.Synchronise ? "case-state" : "unknown-step";
        if (!step.From.Contains(model.StateOn(Today)))
            return "case-state";
        if (PlaceOf(command.Actor, step.By, model.Sources) is not { } place)
            return step.IsOfBody ? "not-the-deciding-body" : "case-role";
        if (RefusalOfOutcome(model, command) is { } outcome)
            return outcome;
        if (command.Step is CaseStep.Withdraw or CaseStep.Review && place != model.FiledBy)
            return "case-role";
        if (step.NeedsReason && command.Reason is null)
            return "required";
        var refusal = model.Kind switch
        {
            CaseKind.Objection => RefusalOfObjection(model, command),
            CaseKind.Repair => RefusalOfRepair(model, command),
            CaseKind.Listing => RefusalOfListing(number, model, command),
            CaseKind.Commitment => RefusalOfCommitment(model, command),
            CaseKind.Declaration => RefusalOfDeclaration(model, command),
            _ => RefusalOfContract(number, model, command),
        };
        return refusal ?? (command.Step == CaseStep.Extend && Extendable(model, command.Actor).Count == 0 ? "not-extendable" : null)
            ?? RefusalOfDeadlines(model, command);
    }

    /// <summary>Of kinds whose results lead to different states.</summary>
    private static string? RefusalOfOutcome(NaiveCase model, CaseCommand command)
    {
        switch (model.Kind, command.Step)
        {
            case (CaseKind.Listing, CaseStep.Decide):
                if (command.Outcome == CaseOutcome.Listed)
                    return model.State == CaseState.Submitted ? "case-state" : null;
                return command.Outcome == CaseOutcome.Dropped ? null : "not-in-code-list";
            case (CaseKind.Commitment, CaseStep.Assess):
                return command.Outcome is CaseOutcome.Full or CaseOutcome.Partial or CaseOutcome.None ? null : "not-in-code-list";
            case (CaseKind.Declaration, CaseStep.Decide):
                return command.Outcome is CaseOutcome.Verified or CaseOutcome.Refuted ? null : "not-in-code-list";
            case (CaseKind.Contract, CaseStep.Breach):
                return command.Outcome is CaseOutcome.Breached or CaseOutcome.SeriouslyBreached ? null : "not-in-code-list";
            default:
                return null;
        }
    }

    /// <summary>Deadlines that a step starts and the rulebook lacks by then.</summary>
    private string? RefusalOfDeadlines(NaiveCase model, CaseCommand command)
    {
        string[] started = (model.Kind, command.Step) switch
        {
            (CaseKind.Objection, CaseStep.Refer) => ["objection-answer", "objection-source"],
            (CaseKind.Objection, CaseStep.Review) => ["objection-own"],
            (CaseKind.Repair, CaseStep.Complete) => ["repair-accept", "repair-result"],
            (CaseKind.Listing, CaseStep.Notify) => ["listing-hearing", "listing-decide"],
            (CaseKind.Commitment, CaseStep.Accept) => ["commitment-check"],
            (CaseKind.Commitment, CaseStep.Rectify) => ["commitment-rectify"],
            (CaseKind.Contract, CaseStep.Perform or CaseStep.Breach or CaseStep.Withdraw) => ["contract-mirror"],
            _ => [],
        };
        return started.Any(id => DeadlineOn(id, SinceOf(id)) is null) ? "clock-missing" : null;

        DateOnly SinceOf(string id) => id switch
        {
            "objection-source" => model.OpenedOn,
            "commitment-check" => DateOfFact(model, "dueOn"),
            _ => Today,
        };
    }

    /// <summary>In whose place somebody acts; null where he may in none.</summary>
    private static char? PlaceOf(CaseActor actor, string by, IEnumerable<string> sources)
    {
        if (actor.IsSubject && by.Contains('s', StringComparison.Ordinal))
            return 's';
        if (actor.Source is { } source && by.Contains('d', StringComparison.Ordinal) && sources.Contains(source))
            return 'd';
        return actor.IsPlatform && by.Contains('p', StringComparison.Ordinal) ? 'p' : null;
    }
}
