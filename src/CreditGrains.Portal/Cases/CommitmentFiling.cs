using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>信用承诺: a matter of the catalogue, the department, the day, and the catalogue's text to be signed.</summary>
internal sealed class CommitmentFiling : OrganisationFiling
{
    public override CaseKind Kind => CaseKind.Commitment;

    public override Text Title => CommitmentTexts.Title;

    public override IReadOnlyList<string> KeyFacts => [CaseFacts.Matter];

    public override bool IsKept(ProcedureRules rules) => rules.Commitments is not null;

    public override IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope)
    {
        var rules = scope.Rulebook.Procedures;
        var questions = new List<FilingQuestion>
        {
            Ask(scope, new FormInput(CaseFacts.Matter, FormInputKind.Choice, CommitmentTexts.MatterQuestion)
            {
                Hint = CommitmentTexts.MatterHint, Missing = CommitmentTexts.MatterMissing,
                Options = [.. rules.Commitments!.Items.Select(item => new FormOption(
                    item.Key, Text.Of(item.Value.Title), Text.Of(rules.Commitments.Types[item.Value.Type].Title)))],
            }),
        };
        var item = rules.Commitments.Items.GetValueOrDefault(scope.AnswerTo(CaseFacts.Matter));
        var bodies = BodiesOf(rules, item?.AcceptedBy);
        if (bodies.Count != 1)
        {
            questions.Add(Ask(scope, new FormInput(CaseFacts.AcceptedBy, FormInputKind.Choice, CommitmentTexts.BodyQuestion)
            {
                Hint = CommitmentTexts.BodyHint, Missing = CommitmentTexts.BodyMissing, Options = bodies,
            }));
        }

        questions.Add(Ask(scope, new FormInput(CaseFacts.DueOn, FormInputKind.Date, CommitmentTexts.DueQuestion)
        {
            Hint = CommitmentTexts.DueHint, Missing = CommitmentTexts.DueMissing, CharsMax = 10,
            Rule = typed => FormInput.DayOf(typed) is not { } day || day <= scope.Today
                ? CommitmentTexts.DueTooEarly : CheckFault(day, scope.Rulebook),
        }));
        questions.Add(FilingSignature.Ask(scope, CommitmentTexts.SignQuestion,
        [
            (CaseFactTexts.Labels[CaseFacts.Text], Plain(item?.Text ?? "")),
            (CaseFactTexts.Labels[CaseFacts.Liability], Plain(item?.Liability ?? "")),
            (CaseFactTexts.Labels[CaseFacts.Basis], Plain(item?.Basis ?? "")),
        ]));
        return questions;
    }

    public override IReadOnlyList<Text> FollowsOf(FilingScope scope)
    {
        var accept = CaseClocks.Find(scope.Rulebook, "commitment-accept", scope.Today);
        return accept is null ? [CommitmentTexts.WithdrawLater]
            : [CommitmentTexts.AcceptFollows.With(accept.WorkingDays), CommitmentTexts.WithdrawLater];
    }

    public override CaseCommand CommandOf(FilingScope scope, CaseCommand first)
    {
        var rules = scope.Rulebook.Procedures;
        var matter = scope.AnswerTo(CaseFacts.Matter);
        var item = rules.Commitments!.Items[matter];
        return first with
        {
            Facts = new Dictionary<string, string>
            {
                [CaseFacts.Matter] = matter,
                [CaseFacts.Type] = item.Type,
                [CaseFacts.Text] = item.Text,
                [CaseFacts.AcceptedBy] = Chosen(scope, CaseFacts.AcceptedBy, BodiesOf(rules, item.AcceptedBy)),
                [CaseFacts.DueOn] = scope.AnswerTo(CaseFacts.DueOn),
            },
        };
    }

    /// <summary>The check after the due date is counted in working days, of which the calendar must know.</summary>
    private static Text? CheckFault(DateOnly due, Rulebook rulebook)
    {
        try
        {
            CaseClocks.RequireAll(rulebook, ["commitment-check"], due);
            return null;
        }
        catch (CalendarYearMissingException missing)
        {
            return CommitmentTexts.DueBeyondCalendar.With(missing.Year);
        }
    }
}
