using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 自主申报: an organisation says something of itself under a truth commitment. Only what a department has verified counts and appears, as a
/// record; what it refutes is a breach of that commitment.
/// </summary>
internal sealed class DeclarationProcedure : CaseDefinition
{
    private const string VerifyClock = "declaration-verify";
    private const int TitleCharsMax = 200;

    private static readonly CaseState[] Before = [CaseState.Submitted, CaseState.Verifying];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, CaseRoles.Subject, CaseState.Submitted, [], [VerifyClock],
            "Signed with the truth commitment of the rulebook, to the letter. It counts for nothing yet."),
        new([CaseState.Submitted], CaseStep.Accept, CaseRoles.Source, CaseState.Verifying, [], [], ""),
        new(Before, CaseStep.Extend, CaseRoles.Source, null, [], [], "The deadline is put off once, by what the rulebook allows."),
        new(Before, CaseStep.Decide, CaseRoles.Source, CaseState.Verified, [VerifyClock], [],
            "It becomes a record until the end of its term.", [CaseOutcome.Verified]),
        new(Before, CaseStep.Decide, CaseRoles.Source, CaseState.Refuted, [VerifyClock], [],
            "The truth commitment is broken, and a record of that is made.", [CaseOutcome.Refuted]),
        new([.. Before, CaseState.Verified, CaseState.Expired], CaseStep.Withdraw, CaseRoles.Subject, CaseState.Withdrawn, [VerifyClock],
            [], "The record of a verified one is withdrawn; one that expired once it was verified stays as it is."),
        new([CaseState.Expired], CaseStep.Close, CaseRoles.Source, CaseState.Closed, [VerifyClock], [],
            "Its term passed before it was verified: nothing comes of it."),
    ];

    public override CaseKind Kind => CaseKind.Declaration;

    public override string Letters => "SB";

    public override string Collection => "declarations";

    public override string Title => "Declaration (自主申报)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [VerifyClock];

    public override string ExtendedClock => VerifyClock;

    public override bool IsDecision(CaseStep step) => step is CaseStep.Accept or CaseStep.Decide or CaseStep.Extend or CaseStep.Close;

    public override string? KeyOf(CaseCommand command, ProcedureRules rules)
    {
        var named = command.Fact(CaseFacts.Class);
        return $"declared:{rules.Declarations?.FindClass(named) ?? named}:{command.Fact(CaseFacts.Title)}";
    }

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        var all = work.Context.Rulebook.Procedures;
        if (all.Declarations is not { } rules || rules.FindClass(command.Fact(CaseFacts.Class)) is not { } code)
        {
            return CaseDecision.Refused(
                ErrorCatalogue.NotInCodeList, "/class", string.Join(", ", all.Declarations?.Classes.Keys ?? []));
        }

        if (!CaseTexts.AreSame(command.Fact(CaseFacts.Text) ?? "", rules.Truth))
            return CaseDecision.Refused(ErrorCatalogue.TextDiffers, "/text");
        if (command.Fact(CaseFacts.Title) is not { } title)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/title");
        if (title.Length > TitleCharsMax)
            return CaseDecision.Refused(ErrorCatalogue.TooLong, "/title", $"at most {TitleCharsMax} characters");
        if (command.Fact(CaseFacts.Content) is not { } content)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/content");
        if (all.FindBody(command.Fact(CaseFacts.VerifiedBy)) is not { } body)
            return CaseDecision.Refused(ErrorCatalogue.UnknownBody, "/verifiedBy", command.Fact(CaseFacts.VerifiedBy));
        var known = rules.Classes[code];
        if (known.VerifiedBy?.Contains(body.Source) == false)
            return CaseDecision.Refused(ErrorCatalogue.NotTheDecidingBody, "/verifiedBy", body.Source);
        var last = work.Today.AddMonths(known.MonthsMax);
        var until = CaseDates.Read(command.Fact(CaseFacts.Until)) ?? last;
        if (until <= work.Today || until > last)
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/until", $"{work.Today.AddDays(1):yyyy-MM-dd} to {last:yyyy-MM-dd}");
        work.Next = work.Next with { Body = body.Source, Until = until };
        work.Note(
            (CaseFacts.Class, code), (CaseFacts.Title, title), (CaseFacts.Content, content),
            (CaseFacts.TextDigest, CaseTexts.DigestOf(rules.Truth)), (CaseFacts.VerifiedBy, body.Body.Code),
            (CaseFacts.DeclaredOn, CaseWork.Text(work.Today)), (CaseFacts.Until, CaseWork.Text(until)),
            (CaseFacts.Number, work.Context.Number.ToString()));
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Procedures.Declarations is not { } rules)
            return CaseDecision.Refused(ErrorCatalogue.NotInCodeList, "/class");
        switch (command.Step)
        {
            case CaseStep.Withdraw or CaseStep.Close
                when work.Before.Made is not null && work.Before.StateOn(work.Today) == CaseState.Expired:
                return CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(CaseState.Expired));
            case CaseStep.Close:
                work.Next = work.Next with { Reason = command.Reason };
                return null;
            case CaseStep.Decide when command.Outcome == CaseOutcome.Verified:
                work.Next = work.Next with { Outcome = command.Outcome, Reason = command.Reason };
                work.Note((CaseFacts.VerifiedOn, CaseWork.Text(work.Today)));
                work.Make(rules.Record, "recorded", work.Next.Facts, withDates: true);
                return null;
            case CaseStep.Decide:
                Refute(work, command, rules);
                return null;
            case CaseStep.Withdraw:
                work.TakeBack();
                return null;
            default:
                return null;
        }
    }

    private static void Refute(CaseWork work, CaseCommand command, DeclarationRules rules)
    {
        work.Next = work.Next with { Outcome = command.Outcome, Reason = command.Reason };
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.Number] = work.Context.Number.ToString(),
            [CaseFacts.Matter] = work.Next.Fact(CaseFacts.Title)!,
            [CaseFacts.Text] = rules.Truth,
            [CaseFacts.AcceptedBy] = work.Next.Fact(CaseFacts.VerifiedBy)!,
            [CaseFacts.DeterminedBy] = work.Next.Fact(CaseFacts.VerifiedBy)!,
            [CaseFacts.MadeOn] = work.Next.Fact(CaseFacts.DeclaredOn)!,
            [CaseFacts.StatusOn] = CaseWork.Text(work.Today),
            [CaseFacts.Result] = CaseNames.Of(CaseOutcome.Refuted),
            [CaseFacts.NotPerformed] = command.Reason!,
            [CaseFacts.Basis] = command.Fact(CaseFacts.Basis) ?? rules.Basis,
        };
        work.Make(rules.Breach, "recorded", facts);
    }
}
