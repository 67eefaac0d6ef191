using System.Text.Json.Nodes;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 名单列入 (国办发〔2020〕49号; 河南省社会信用条例 第二十八条; 浙江省公共信用信息管理条例 第二十四至二十八条): the deciding body gives notice, hears, decides, and
/// may remove. Nothing puts an organisation on a list but its decision; an entry that an authority feeds is a record like any other.
/// </summary>
internal sealed class ListingProcedure : CaseDefinition
{
    private const string HearingClock = "listing-hearing", DecideClock = "listing-decide";

    private static readonly CaseState[] Pending = [CaseState.Submitted, CaseState.Notified, CaseState.Heard];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, CaseRoles.Source, CaseState.Submitted, [], [],
            "Only a list, grounds and a basis that the rulebook knows, by a body that decides on that list, and not while an entry on the "
            + "same grounds is in force."),
        new([CaseState.Submitted], CaseStep.Notify, CaseRoles.Source, CaseState.Notified, [], [HearingClock, DecideClock],
            "告知: grounds, basis, measures and the right to be heard. Measures that are not published may not be named."),
        new([CaseState.Notified, CaseState.Heard], CaseStep.Hear, CaseRoles.Subject | CaseRoles.Source, CaseState.Heard, [], [],
            "陈述申辩: what the organisation says."),
        new([CaseState.Notified, CaseState.Heard], CaseStep.Extend, CaseRoles.Source, null, [], [],
            "The deadline of the decision is put off once, by what the rulebook allows."),
        new([CaseState.Notified, CaseState.Heard], CaseStep.Decide, CaseRoles.Source, CaseState.Listed, [HearingClock, DecideClock], [],
            "Only once the hearing period has passed. The entry is a record of the body; checks, measures and grade know it at once, the "
            + "public list within five seconds.",
            [CaseOutcome.Listed]),
        new(Pending, CaseStep.Decide, CaseRoles.Source, CaseState.Closed, [HearingClock, DecideClock], [], "",
            [CaseOutcome.Dropped]),
        new([CaseState.Listed], CaseStep.Remove, CaseRoles.Source, CaseState.Removed, [], [],
            "提前移出, after the shortest term; the entry ends that day, and the public list shows it no more within five seconds."),
        new([CaseState.Listed, CaseState.Expired], CaseStep.Revoke, CaseRoles.Source, CaseState.Revoked, [], [],
            "撤销: the decision was undone; the entry is withdrawn."),
    ];

    public override CaseKind Kind => CaseKind.Listing;

    public override string Letters => "MD";

    public override string Collection => "listings";

    public override string Title => "List entry (名单列入)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [HearingClock, DecideClock];

    public override string ExtendedClock => DecideClock;

    public override bool NeedsDeclaration => false;

    public override bool IsOpenedByAnySource => true;

    public override bool NeedsReason(CaseStep step) => step is CaseStep.Decide or CaseStep.Extend or CaseStep.Remove or CaseStep.Revoke;

    public override bool IsDecision(CaseStep step) => step != CaseStep.Hear;

    public override string? KeyOf(CaseCommand command, ProcedureRules rules) => $"list:{command.Fact(CaseFacts.List)}";

    public override CaseClock Start(string clock, string owner, CaseWork work) =>
        base.Start(clock, owner, work) with { Waits = clock == HearingClock };

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        var rules = work.Context.Rulebook.Procedures;
        var name = command.Fact(CaseFacts.List);
        if (name is null || !rules.Lists.TryGetValue(name, out var list))
            return CaseDecision.Refused(ErrorCatalogue.UnknownListType, "/list", name);
        if (rules.FindBody(command.Fact(CaseFacts.Authority) ?? command.Actor.Source) is not { } found)
            return CaseDecision.Refused(ErrorCatalogue.UnknownBody, "/decidingBody", command.Fact(CaseFacts.Authority));
        if (found.Source != command.Actor.Source || list.DecidedBy?.Contains(found.Source) == false)
            return CaseDecision.Refused(ErrorCatalogue.NotTheDecidingBody, "/decidingBody", found.Source);
        if (command.Grounds is null || !list.Grounds.TryGetValue(command.Grounds, out var grounds))
            return CaseDecision.Refused(ErrorCatalogue.UnknownGrounds, "/grounds", string.Join(", ", list.Grounds.Keys));
        var basis = command.Fact(CaseFacts.Basis) ?? grounds.Basis[0];
        if (!grounds.Basis.Contains(basis))
            return CaseDecision.Refused(ErrorCatalogue.UnknownGrounds, "/basis", string.Join("; ", grounds.Basis));
        if (work.Context.InForce.TryGetValue((work.Next.Key!, command.Grounds), out var standing))
            return CaseDecision.Refused(ErrorCatalogue.AlreadyListed, "/grounds", standing.ToString());
        work.Next = work.Next with { Body = found.Source, Grounds = command.Grounds, Statement = command.Statement };
        work.Note(
            (CaseFacts.List, name), (CaseFacts.Basis, basis), (CaseFacts.Authority, found.Body.Code),
            (CaseFacts.Grounds, grounds.Title.In("zh")));
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Procedures.Lists.GetValueOrDefault(work.Before.Fact(CaseFacts.List) ?? "") is not { } list)
            return CaseDecision.Refused(ErrorCatalogue.UnknownListType, "", work.Before.Fact(CaseFacts.List));
        switch (command.Step)
        {
            case CaseStep.Notify:
                return Notify(work, command, list);
            case CaseStep.Hear:
                if ((command.Statement ?? command.Reason) is not { } said)
                    return CaseDecision.Refused(ErrorCatalogue.Required, "/statement");
                work.Next = work.Next with { Answer = said };
                return null;
            case CaseStep.Decide:
                return command.Outcome == CaseOutcome.Listed ? Enter(work, command, list) : Drop(work, command);
            case CaseStep.Remove:
                return Remove(work, command, list);
            case CaseStep.Revoke:
                work.Next = work.Next with { Outcome = CaseOutcome.Revoked, Reason = command.Reason };
                work.TakeBack("revoked");
                return null;
            default:
                return null;
        }
    }

    private static CaseDecision? Notify(CaseWork work, CaseCommand command, ListRules list)
    {
        var published = list.MeasuresOn(work.Context.Rulebook, work.Today);
        var named = command.Measures ?? published;
        for (var i = 0; i < named.Count; i++)
        {
            if (!published.Contains(named[i]))
                return CaseDecision.Refused(ErrorCatalogue.MeasureNotPublished, $"/measures/{i}", named[i]);
        }

        // 告知: the entry brings every one of them, so that none may be kept back.
        if (published.FirstOrDefault(measure => !named.Contains(measure)) is { } leftOut)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/measures", leftOut);
        work.Next = work.Next with { Measures = [.. named] };
        return null;
    }

    private static CaseDecision? Enter(CaseWork work, CaseCommand command, ListRules list)
    {
        if (work.Before.Running.FirstOrDefault(clock => clock.Clock == HearingClock) is { } hearing && work.Today <= hearing.Due)
            return CaseDecision.Refused(ErrorCatalogue.HearingAwaited, "", $"{hearing.Due:yyyy-MM-dd}");
        if (command.Fact(CaseFacts.DocumentNumber) is not { } document)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/documentNumber");
        var last = work.Today.AddMonths(list.MonthsMax);
        var until = CaseDates.Read(command.Fact(CaseFacts.Until)) ?? last;
        if (until <= work.Today || until > last)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/until", $"{work.Today.AddDays(1):yyyy-MM-dd} to {last:yyyy-MM-dd}");
        work.Note(
            (CaseFacts.DocumentNumber, document), (CaseFacts.ListedOn, CaseWork.Text(work.Today)),
            (CaseFacts.Until, CaseWork.Text(until)));
        work.Next = work.Next with { Outcome = CaseOutcome.Listed, Reason = command.Reason, Until = until };
        work.Make(list.Entry, "listed", work.Next.Facts, withDates: true);
        return null;
    }

    private static CaseDecision? Drop(CaseWork work, CaseCommand command)
    {
        work.Next = work.Next with { Outcome = CaseOutcome.Dropped, Reason = command.Reason };
        return null;
    }

    /// <summary>The entry's end becomes today, in the field that its kind has for it.</summary>
    private static CaseDecision? Remove(CaseWork work, CaseCommand command, ListRules list)
    {
        var listed = CaseDates.Read(work.Before.Fact(CaseFacts.ListedOn)) ?? work.Before.OpenedOn;
        var first = listed.AddMonths(list.MonthsMin);

        // A field that names the last day of an entry cannot say that it ended on the day on which it began.
        if (first == listed && work.Context.Rulebook.Catalogue.Kinds.GetValueOrDefault(list.Entry.Kind)?.Facets.UntilIsLastDay == true)
            first = listed.AddDays(1);
        if (work.Today < first)
            return CaseDecision.Refused(ErrorCatalogue.RemovalTooEarly, "", $"{first:yyyy-MM-dd}");
        if (work.Before.Made is not { } made || work.Target(made.Record) is not { Status.Withdrawn: false } target)
            return CaseDecision.Refused(ErrorCatalogue.RecordWithdrawn, "", work.Before.Made?.Record.ToString());
        if (target.Status.Until is { } ended && ended <= work.Today)
            return CaseDecision.Refused(ErrorCatalogue.CaseState, "", $"ended {ended:yyyy-MM-dd}");
        if (work.KindOf(made.Record) is not { Facets.Until: { } field } kind)
            return CaseDecision.Refused(ErrorCatalogue.OutcomeNotApplicable, "", target.Status.Kind);
        var data = JsonNode.Parse(target.Payload.Span)!.AsObject();
        data[field] = CaseWork.UntilText(kind, work.Today);
        work.Note(
            (CaseFacts.RemovalDocument, command.Fact(CaseFacts.DocumentNumber)), (CaseFacts.Until, CaseWork.Text(work.Today)));
        work.Next = work.Next with { Outcome = CaseOutcome.RemovedFromList, Reason = command.Reason, Until = work.Today };
        work.Revise(target, "removed", data);
        return null;
    }
}
