using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 异议 (国办发〔2025〕22号; 河南省社会信用条例 第四十一条). The record is marked when the objection arrives. The platform decides alone, or asks
/// the source and decides by its answer, or without one once the source has let its time pass.
/// </summary>
internal sealed class ObjectionProcedure : CaseDefinition
{
    private const string OwnClock = "objection-own", AnswerClock = "objection-answer", SourceClock = "objection-source";

    private const CaseRoles Filers = CaseRoles.Subject | CaseRoles.Source;

    private static readonly CaseState[] AtPlatform = [CaseState.Submitted, CaseState.Accepted];

    private static readonly CaseState[] Handled =
        [CaseState.Submitted, CaseState.Accepted, CaseState.Referred, CaseState.Answered, CaseState.InReview];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, Filers, CaseState.Submitted, [], [OwnClock], "The record is disputed from that day."),
        new([CaseState.Submitted], CaseStep.Accept, CaseRoles.Platform, CaseState.Accepted, [], [], ""),
        new(AtPlatform, CaseStep.Refer, CaseRoles.Platform, CaseState.Referred, [OwnClock], [AnswerClock, SourceClock],
            "The source is asked; the record is suspended where the rulebook says so. The time of all counts from the first day."),
        new([CaseState.Referred], CaseStep.Answer, CaseRoles.Source, CaseState.Answered, [AnswerClock], [], ""),
        new(Handled, CaseStep.Suspend, CaseRoles.Platform, null, [], [], "The record takes no part in anything from that day."),
        new(Handled, CaseStep.Resume, CaseRoles.Platform, null, [], [], "The suspension ends."),
        new([CaseState.Referred, CaseState.Answered], CaseStep.Extend, CaseRoles.Platform, null, [], [],
            "The deadline of the whole is put off once, by what the rulebook allows."),
        new([CaseState.Accepted, CaseState.Answered], CaseStep.Decide, CaseRoles.Platform, CaseState.Decided,
            [OwnClock, SourceClock], [], "The outcome has its effect on the record; mark and suspension end."),
        new([CaseState.Referred], CaseStep.Decide, CaseRoles.Platform, CaseState.Decided, [AnswerClock, SourceClock], [],
            "Only once the source has let the deadline of its answer pass."),
        new([CaseState.Decided], CaseStep.Review, Filers, CaseState.InReview, [], [OwnClock],
            "Of a rejection, once, by the one who filed it; the record is disputed again."),
        new([CaseState.InReview], CaseStep.Decide, CaseRoles.Platform, CaseState.Closed, [OwnClock], [],
            "The outcome has its effect on the record; mark and suspension end. Nothing follows."),
        new(Handled, CaseStep.Withdraw, Filers, CaseState.Withdrawn, [OwnClock, AnswerClock, SourceClock], [],
            "By the one who filed it; mark and suspension end."),
    ];

    public override CaseKind Kind => CaseKind.Objection;

    public override string Letters => "YY";

    public override string Collection => "objections";

    public override string Title => "Objection (异议)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [OwnClock, AnswerClock, SourceClock];

    public override string ExtendedClock => SourceClock;

    public override string PointerTo(int record) => "/record";

    public override IEnumerable<string> OwnersOf(string clock, CaseFile file) => clock == AnswerClock ? Undecided(file) : [Platform];

    /// <summary>The whole of an objection that the source is asked about counts from its first day; everything else from today.</summary>
    public override CaseClock Start(string clock, string owner, CaseWork work) =>
        CaseClocks.Start(work.Context.Rulebook, clock, owner, clock == SourceClock ? work.Next.OpenedOn : work.Today);

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        if (command.Records is not [var record])
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/record", "one record");
        if (command.Grounds is not { } grounds || !CaseNames.Grounds.Contains(grounds))
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/grounds", string.Join(", ", CaseNames.Grounds));
        var kind = work.KindOf(record);
        foreach (var field in command.Expected?.Keys ?? [])
        {
            if (kind?.Fields.Any(known => known.Name == field) != true)
                return CaseDecision.Refused(ErrorCatalogue.UnknownField, "/expected", field);
        }

        work.Next = work.Next with { Grounds = grounds, Statement = command.Statement, Expected = command.Expected };
        Dispute(work);
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Refer:
                return work.Context.Rulebook.Clocks.Suspension == Suspension.WhenReferred
                    && work.OpenMark("suspended") is null ? Suspend(work) : null;
            case CaseStep.Answer:
                if (command.Upheld is null)
                    return CaseDecision.Refused(ErrorCatalogue.Required, "/upheld");
                work.Next = work.Next with { Upheld = command.Upheld, Answer = command.Reason };
                return null;
            case CaseStep.Suspend:
                return work.Context.Rulebook.Clocks.Suspension == Suspension.Never
                    ? CaseDecision.Refused(ErrorCatalogue.SuspensionOff)
                    : work.OpenMark("suspended") is null ? Suspend(work) : CaseDecision.Refused(ErrorCatalogue.CaseState, "", "suspended");
            case CaseStep.Resume:
                if (work.OpenMark("suspended") is not { } suspended)
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", "not suspended");
                work.EndMark(suspended, "resumed");
                return null;
            case CaseStep.Decide:
                return Decide(work, command);
            case CaseStep.Review:
                if (work.Before.Outcome != CaseOutcome.Rejected)
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(work.Before.Outcome!.Value));
                if (work.Context.Running.TryGetValue((CaseKind.Objection, work.Before.Records[0].Record), out var running))
                    return CaseDecision.Refused(ErrorCatalogue.CaseOpen, "", running.ToString());
                work.Next = work.Next with { IsReviewed = true, ClosedOn = null, Outcome = null, Reason = null };
                Dispute(work);
                return null;
            case CaseStep.Withdraw:
                EndMarks(work);
                return null;
            default:
                return null;
        }
    }

    private static CaseDecision? Decide(CaseWork work, CaseCommand command)
    {
        if (work.Before.State == CaseState.Referred
            && work.Before.Running.FirstOrDefault(clock => clock.Clock == AnswerClock) is { } answer && work.Today <= answer.Due)
            return CaseDecision.Refused(ErrorCatalogue.AnswerAwaited, "", $"{answer.Due:yyyy-MM-dd}");
        if (command.Outcome is not (>= CaseOutcome.Corrected and <= CaseOutcome.Rejected))
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/outcome");
        var outcome = command.Outcome.Value;
        var target = work.Target(work.Before.Records[0].Record);
        if (FaultOf(outcome, target?.Status, work.KindOf(work.Before.Records[0].Record), work.Today) is { } fault)
            return CaseDecision.Refused(fault.Error, "/outcome", fault.Found);
        var isGone = target is null || target.Status.Withdrawn;
        var refused = outcome switch
        {
            CaseOutcome.Corrected or CaseOutcome.Supplemented => Correct(work, command, target!, outcome),
            CaseOutcome.Deleted => isGone ? null : Delete(work, target!),
            CaseOutcome.PublicityEnded => EndPublicity(work, target!),
            CaseOutcome.RemovedFromList => RemoveFromList(work, target!),
            _ => null,
        };
        if (refused is not null)
            return refused;
        work.Next = work.Next with { Outcome = outcome, Reason = command.Reason };
        EndMarks(work);
        return null;
    }

    /// <summary>Why an outcome cannot be that of an objection to a record; null where it can.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="status">Of the record; null where it is not held any more.</param>
    /// <param name="kind">Of the record; null where it is not known.</param>
    /// <param name="today">The legal date.</param>
    public static (ErrorDescription Error, string? Found)? FaultOf(
        CaseOutcome outcome, RecordStatus? status, RecordKind? kind, DateOnly today) => outcome switch
        {
            CaseOutcome.Deleted or CaseOutcome.Rejected => null,
            _ when status is not { Withdrawn: false } => (ErrorCatalogue.RecordWithdrawn, null),
            CaseOutcome.PublicityEnded when kind?.Publicity is null or Publicity.None =>
                (ErrorCatalogue.OutcomeNotApplicable, "not published"),
            CaseOutcome.RemovedFromList when kind is not { Role: RecordRole.List, Facets.Until: not null } =>
                (ErrorCatalogue.OutcomeNotApplicable, "no entry of a list"),
            CaseOutcome.RemovedFromList when status.Until <= today => (ErrorCatalogue.OutcomeNotApplicable, "it has ended"),
            _ => null,
        };

    /// <summary>The platform's revision with the new values, each judged by the catalogue as the source's own would be.</summary>
    private static CaseDecision? Correct(CaseWork work, CaseCommand command, CaseTarget target, CaseOutcome outcome)
    {
        if (command.Changes.Count is 0 or > 100)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/changes", "1 to 100 changes");
        var data = JsonNode.Parse(target.Payload.Span)!.AsObject();
        for (var i = 0; i < command.Changes.Count; i++)
        {
            var (field, old, @new) = command.Changes[i];
            if (work.KindOf(target.Status.Record)?.Fields.Any(known => known.Name == field) != true)
                return CaseDecision.Refused(ErrorCatalogue.UnknownField, $"/changes/{i}/field", field);
            if (command.Changes.Take(i).Any(earlier => earlier.Field == field))
                return CaseDecision.Refused(ErrorCatalogue.DuplicateKey, $"/changes/{i}/field", field);
            var current = data[field];
            if (!JsonNode.DeepEquals(current, NodeOf(old)))
                return CaseDecision.Refused(ErrorCatalogue.OldValueDiffers, $"/changes/{i}/old", field);
            if (outcome == CaseOutcome.Supplemented && current is not null)
                return CaseDecision.Refused(ErrorCatalogue.OutcomeNotApplicable, $"/changes/{i}/field", $"{field} is not empty");
            data.Remove(field);
            if (NodeOf(@new) is { } value)
                data[field] = value;
        }

        work.Revise(target, "corrected", data);
        work.Next = work.Next with { Changes = command.Changes };
        return null;
    }

    private static CaseDecision? Delete(CaseWork work, CaseTarget target)
    {
        work.Revise(target, "withdrawn", null);
        return null;
    }

    private static CaseDecision? EndPublicity(CaseWork work, CaseTarget target)
    {
        work.Add(work.NextMark(), 1, CaseKinds.PublicityEnd, target.Status.Record, ("endedOn", work.Today));
        work.Tell("publicity-ended", target.Status.Record);
        return null;
    }

    /// <summary>The entry's end becomes today, in the field that its kind has for it.</summary>
    private static CaseDecision? RemoveFromList(CaseWork work, CaseTarget target)
    {
        var kind = work.KindOf(target.Status.Record)!;
        var until = kind.Facets.Until!;
        var data = JsonNode.Parse(target.Payload.Span)!.AsObject();
        var last = kind.Facets.UntilIsLastDay ? work.Today.AddDays(-1) : work.Today;
        var old = data[until];
        data[until] = CaseWork.Text(last);
        work.Next = work.Next with
        {
            Changes =
            [
                new CaseChange(until, JsonSerializer.SerializeToElement(old), JsonSerializer.SerializeToElement(CaseWork.Text(last))),
            ],
        };
        work.Revise(target, "corrected", data);
        return null;
    }

    private static JsonNode? NodeOf(JsonElement? element) =>
        element is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? JsonNode.Parse(value.GetRawText()) : null;

    private static void Dispute(CaseWork work)
    {
        var record = work.Next.Records[0].Record;
        work.Add(work.NextMark(), 1, CaseKinds.Objection, record, ("filedOn", work.Today));
        work.Next = work.Next with { Marks = [.. work.Next.Marks, new CaseMark(work.LastMarkNumber, "disputed", work.Today)] };
        work.Tell("disputed", record);
    }

    private static CaseDecision? Suspend(CaseWork work)
    {
        var record = work.Next.Records[0].Record;
        work.Add(
            work.NextMark(), 1, CaseKinds.Objection, record, ("filedOn", work.Today), ("suspendedOn", work.Today));
        work.Next = work.Next with { Marks = [.. work.Next.Marks, new CaseMark(work.LastMarkNumber, "suspended", work.Today)] };
        work.Tell("suspended", record);
        return null;
    }

    private static void EndMarks(CaseWork work)
    {
        foreach (var mark in work.Next.Marks.Where(mark => mark.Ended is null).ToList())
            work.EndMark(mark, mark.Kind == "suspended" ? "resumed" : "cleared");
    }
}
