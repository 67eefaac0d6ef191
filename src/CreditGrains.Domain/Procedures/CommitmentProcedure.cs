using System.Globalization;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 信用承诺 (国信用字〔2022〕21号; 深圳经济特区社会信用条例 第五十七至六十四条): signed with the text of the catalogue, accepted by an organ, supervised until it
/// is due, then performed, or breached with an order to rectify. Its record says so from the day of acceptance on.
/// </summary>
internal sealed class CommitmentProcedure : CaseDefinition
{
    private const string AcceptClock = "commitment-accept", DueClock = "commitment-due", CheckClock = "commitment-check",
        RectifyClock = "commitment-rectify";

    private const int WarnDays = 30;
    private const string Open = "open", Public = "public", Limited = "limited";

    private static readonly CaseState[] UnderWay = [CaseState.Accepted, CaseState.Supervised];
    private static readonly CaseState[] Assessed = [CaseState.Accepted, CaseState.Supervised, CaseState.Rectifying];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, CaseRoles.Subject, CaseState.Submitted, [], [AcceptClock],
            "Signed: the text must be the catalogue's to the letter; its digest is kept."),
        new([CaseState.Submitted], CaseStep.Accept, CaseRoles.Source, CaseState.Accepted, [AcceptClock], [DueClock, CheckClock],
            "The commitment gets its number and its record. The check is counted from the due date."),
        new([CaseState.Submitted], CaseStep.Close, CaseRoles.Source, CaseState.Closed, [AcceptClock], [], "Not accepted."),
        new([CaseState.Accepted], CaseStep.Supervise, CaseRoles.Source, CaseState.Supervised, [], [], "监管中."),
        new(Assessed, CaseStep.Assess, CaseRoles.Source, CaseState.Performed, [DueClock, CheckClock, RectifyClock], [],
            "The record says that it was performed.", [CaseOutcome.Full]),
        new(Assessed, CaseStep.Assess, CaseRoles.Source, CaseState.Breached, [DueClock, CheckClock, RectifyClock], [],
            "Only after the due date, or the deadline to rectify. The record says what was not performed and what follows.",
            [CaseOutcome.Partial, CaseOutcome.None]),
        new([CaseState.Breached], CaseStep.Rectify, CaseRoles.Source, CaseState.Rectifying, [], [RectifyClock],
            "责令整改, with a deadline for the organisation."),
        new([CaseState.Breached, CaseState.Performed], CaseStep.Close, CaseRoles.Source, CaseState.Closed, [], [],
            "Nothing follows; the record stays."),
        new(Assessed, CaseStep.Close, CaseRoles.Source, CaseState.Closed, [DueClock, CheckClock, RectifyClock], [],
            "Only where its record was withdrawn, by its source or after an objection: nothing is left to be assessed."),
        new([CaseState.Submitted, .. UnderWay], CaseStep.Withdraw, CaseRoles.Subject, CaseState.Withdrawn,
            [AcceptClock, DueClock, CheckClock], [], "By the organisation until the due date, in favour of the ordinary route."),
    ];

    public override CaseKind Kind => CaseKind.Commitment;

    public override string Letters => "CN";

    public override string Collection => "commitments";

    public override string Title => "Commitment (信用承诺)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [AcceptClock];

    public override bool NeedsDeclaration => false;

    public override bool NeedsReason(CaseStep step) => step is CaseStep.Assess or CaseStep.Rectify or CaseStep.Close;

    public override bool IsDecision(CaseStep step) => step is not (CaseStep.Submit or CaseStep.Withdraw);

    public override string? KeyOf(CaseCommand command, ProcedureRules rules)
    {
        var named = command.Fact(CaseFacts.Matter);
        return $"matter:{rules.Commitments?.FindItem(named)?.Id ?? named}";
    }

    public override IEnumerable<string> OwnersOf(string clock, CaseFile file) =>
        clock is DueClock or RectifyClock ? [Organisation] : base.OwnersOf(clock, file);

    public override CaseClock Start(string clock, string owner, CaseWork work) => clock switch
    {
        DueClock => CaseClocks.Dated(clock, owner, work.Today, DueOf(work.Next), WarnDays, work.Next.Fact(CaseFacts.Matter)!),
        CheckClock => CaseClocks.Start(work.Context.Rulebook, clock, owner, DueOf(work.Next)),
        _ => base.Start(clock, owner, work),
    };

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        var rules = work.Context.Rulebook.Procedures;
        if (rules.Commitments is not { } commitments || commitments.FindItem(command.Fact(CaseFacts.Matter)) is not var (id, item))
            return CaseDecision.Refused(ErrorCatalogue.UnknownCommitment, "/matter", command.Fact(CaseFacts.Matter));
        if (commitments.FindType(command.Fact(CaseFacts.Type)) != item.Type)
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/type", item.Type);
        if (command.Fact(CaseFacts.Text) is not { } text || !CaseTexts.AreSame(text, item.Text))
            return CaseDecision.Refused(ErrorCatalogue.TextDiffers, "/text");
        if (rules.FindBody(command.Fact(CaseFacts.AcceptedBy)) is not { } body)
            return CaseDecision.Refused(ErrorCatalogue.UnknownBody, "/acceptedBy", command.Fact(CaseFacts.AcceptedBy));
        if (item.AcceptedBy?.Contains(body.Source) == false)
            return CaseDecision.Refused(ErrorCatalogue.NotTheDecidingBody, "/acceptedBy", body.Source);
        if (CaseDates.Read(command.Fact(CaseFacts.DueOn)) is not { } due)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/dueOn");
        if (due <= work.Today)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/dueOn", "after today");

        // The check counts from the due date, and must not be found to leave the calendar only then.
        CaseClocks.RequireAll(work.Context.Rulebook, [CheckClock], due);
        work.Next = work.Next with { Body = body.Source, Statement = command.Statement };
        work.Note(
            (CaseFacts.Item, id), (CaseFacts.Type, item.Type), (CaseFacts.Matter, item.Title.In("zh")), (CaseFacts.Text, item.Text),
            (CaseFacts.TextDigest, CaseTexts.DigestOf(item.Text)), (CaseFacts.Liability, item.Liability),
            (CaseFacts.Disclosure, item.IsPublic ? Public : Limited),
            (CaseFacts.AcceptedBy, body.Body.Code), (CaseFacts.MadeOn, CaseWork.Text(work.Today)), (CaseFacts.DueOn, CaseWork.Text(due)));
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Procedures.Commitments is not { } rules)
            return CaseDecision.Refused(ErrorCatalogue.UnknownCommitment);
        switch (command.Step)
        {
            case CaseStep.Accept:
                if (DueOf(work.Before) < work.Today)
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", "due");
                work.Note(
                    (CaseFacts.Number, NumberOf(work)), (CaseFacts.Result, Open), (CaseFacts.StatusOn, CaseWork.Text(work.Today)));
                work.Make(rules.Record, "recorded", work.Next.Facts);
                return null;
            case CaseStep.Assess:
                return Assess(work, command, rules);
            case CaseStep.Close when work.Before.State == CaseState.Submitted:
                work.Next = work.Next with { Outcome = CaseOutcome.Refused, Reason = command.Reason };
                return null;
            case CaseStep.Close when Assessed.Contains(work.Before.State):
                if (!work.IsMadeGone)
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(work.Before.State));

                // A decision that an order to rectify has followed stays the last one.
                if (work.Next.Outcome is null)
                    work.Next = work.Next with { Reason = command.Reason };
                return null;
            case CaseStep.Withdraw when work.Before.State != CaseState.Submitted:
                if (work.Today > DueOf(work.Before))
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", "due");
                work.TakeBack();
                return null;
            default:
                return null;
        }
    }

    /// <summary>承诺编码: the division of the organ that accepts it, the date, and six digits.</summary>
    private static string NumberOf(CaseWork work)
    {
        var number = work.Context.Number;
        var code = work.Next.Fact(CaseFacts.AcceptedBy)!;
        var division = code.Length == 18 ? code.Substring(2, 6) : "000000";
        return string.Create(CultureInfo.InvariantCulture, $"{division}{number.Date:yyyyMMdd}{number.Serial:D6}");
    }

    private static DateOnly DueOf(CaseFile file) => CaseDates.Read(file.Fact(CaseFacts.DueOn)) ?? file.OpenedOn;

    private static CaseDecision? Assess(CaseWork work, CaseCommand command, CommitmentRules rules)
    {
        var isFull = command.Outcome == CaseOutcome.Full;
        var due = work.Before.Running.FirstOrDefault(clock => clock.Clock is DueClock or RectifyClock)?.Due;
        if (!isFull && work.Today <= due)
            return CaseDecision.Refused(ErrorCatalogue.CommitmentNotDue, "", $"{due:yyyy-MM-dd}");
        if (!isFull && command.Fact(CaseFacts.NotPerformed) is null)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/notPerformed");
        work.Next = work.Next with { Outcome = command.Outcome, Reason = command.Reason };
        work.Note(
            (CaseFacts.Result, CaseNames.Of(command.Outcome!.Value)), (CaseFacts.StatusOn, CaseWork.Text(work.Today)),
            (CaseFacts.DeterminedBy, work.Next.Fact(CaseFacts.AcceptedBy)));
        if (isFull)
        {
            // A rectified commitment is no breach any longer; what it was stands in the earlier revisions.
            work.Note((CaseFacts.NotPerformed, null), (CaseFacts.Basis, null), (CaseFacts.Consequences, null));
        }
        else
        {
            work.Note(
                (CaseFacts.NotPerformed, command.Fact(CaseFacts.NotPerformed)), (CaseFacts.Basis, command.Fact(CaseFacts.Basis)),
                (CaseFacts.Consequences, command.Fact(CaseFacts.Consequences) ?? work.Next.Fact(CaseFacts.Liability)));
        }

        return work.Remake(rules.Record, "recorded", work.Next.Facts);
    }
}
