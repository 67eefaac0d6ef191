using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// 自主申报: what an organisation says of itself, the department that is to verify it, and the truth commitment to be signed.
/// </summary>
internal sealed class DeclarationFiling : OrganisationFiling
{
    public override CaseKind Kind => CaseKind.Declaration;

    public override Text Title => DeclarationTexts.Title;

    public override IReadOnlyList<string> KeyFacts => [CaseFacts.Class, CaseFacts.Title];

    public override bool IsKept(ProcedureRules rules) => rules.Declarations is not null;

    public override IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope)
    {
        var rules = scope.Rulebook.Procedures;
        var declarations = rules.Declarations!;
        var known = declarations.Classes.GetValueOrDefault(scope.AnswerTo(CaseFacts.Class));
        var last = scope.Today.AddMonths(known?.MonthsMax ?? 1);
        var questions = new List<FilingQuestion>
        {
            Ask(scope, new FormInput(CaseFacts.Class, FormInputKind.Choice, DeclarationTexts.ClassQuestion)
            {
                Missing = DeclarationTexts.ClassMissing,
                Options = [.. declarations.Classes.Select(each => new FormOption(
                    each.Key, Text.Of(each.Value.Title), DeclarationTexts.LongestTerm.With(each.Value.MonthsMax)))],
            }),
            Ask(scope, new FormInput(CaseFacts.Title, FormInputKind.Line, DeclarationTexts.TitleQuestion)
            {
                Hint = DeclarationTexts.TitleHint, Missing = DeclarationTexts.TitleMissing, CharsMax = 200,
            }),
            Ask(scope, new FormInput(CaseFacts.Content, FormInputKind.Lines, DeclarationTexts.ContentQuestion)
            {
                Hint = DeclarationTexts.ContentHint, Missing = DeclarationTexts.ContentMissing, CharsMax = CaseText.CharsMax,
            }),
            Ask(scope, new FormInput(CaseFacts.Until, FormInputKind.Date, DeclarationTexts.UntilQuestion)
            {
                Hint = DeclarationTexts.UntilHint.With($"{last:yyyy-MM-dd}"), CharsMax = 10,
                LeftOut = DeclarationTexts.UntilLeftOut.With($"{last:yyyy-MM-dd}"),
                Rule = typed => FormInput.DayOf(typed) is { } day && day > scope.Today && day <= last
                    ? null : DeclarationTexts.UntilWrong.With($"{scope.Today.AddDays(1):yyyy-MM-dd}", $"{last:yyyy-MM-dd}"),
            }),
        };
        var bodies = BodiesOf(rules, known?.VerifiedBy);
        if (bodies.Count != 1)
        {
            questions.Add(Ask(scope, new FormInput(CaseFacts.VerifiedBy, FormInputKind.Choice, DeclarationTexts.BodyQuestion)
            {
                Missing = DeclarationTexts.BodyMissing, Options = bodies,
            }));
        }

        questions.Add(FilingSignature.Ask(scope, DeclarationTexts.SignQuestion,
        [
            (DeclarationTexts.Truth, Plain(declarations.Truth)), (CaseFactTexts.Labels[CaseFacts.Basis], Plain(declarations.Basis)),
        ]));
        return questions;
    }

    public override IReadOnlyList<Text> FollowsOf(FilingScope scope)
    {
        var verify = CaseClocks.Find(scope.Rulebook, "declaration-verify", scope.Today);
        return verify is null ? [DeclarationTexts.NotPublicYet]
            : [DeclarationTexts.NotPublicYet, DeclarationTexts.VerifyFollows.With(verify.WorkingDays)];
    }

    public override CaseCommand CommandOf(FilingScope scope, CaseCommand first)
    {
        var rules = scope.Rulebook.Procedures;
        var known = rules.Declarations!.Classes[scope.AnswerTo(CaseFacts.Class)];
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.Text] = rules.Declarations.Truth,
            [CaseFacts.VerifiedBy] = Chosen(scope, CaseFacts.VerifiedBy, BodiesOf(rules, known.VerifiedBy)),
        };
        foreach (var fact in new[] { CaseFacts.Class, CaseFacts.Title, CaseFacts.Content, CaseFacts.Until })
        {
            if (scope.AnswerTo(fact) is { Length: > 0 } answer)
                facts[fact] = answer;
        }

        return first with { Facts = facts, Declaration = true };
    }
}
