using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// 名单列入: only a list that the rulebook lets the department decide on, with grounds and a basis that stand there. Nothing is entered by
/// it: notice, hearing and decision come first.
/// </summary>
internal sealed class ListingFiling : DepartmentFiling
{
    private const string List = "list", Grounds = "grounds", Basis = "basis", Statement = "statement";

    public override CaseKind Kind => CaseKind.Listing;

    public override Text Title => ListingTexts.Title;

    public override Text SubjectQuestion => ListingTexts.SubjectQuestion;

    public override IReadOnlyList<string> KeyFacts => [List];

    public override string? GroundsPage => Grounds;

    public override Text? ObstacleFor(string source, Rulebook rulebook) =>
        ListsOf(source, rulebook.Procedures).Any() ? null : ListingTexts.NoList;

    public override IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope)
    {
        var rules = scope.Rulebook.Procedures;
        var questions = new List<FilingQuestion>
        {
            Ask(scope, new FormInput(List, FormInputKind.Choice, ListingTexts.ListQuestion)
            {
                Hint = ListingTexts.ListHint, Missing = ListingTexts.ListMissing,
                Options = [.. ListsOf(scope.Source, rules).Select(each => new FormOption(
                    each.Key, Text.Of(each.Value.Title), Plain(each.Value.Basis)))],
            }),
        };
        var list = rules.Lists.GetValueOrDefault(scope.AnswerTo(List));
        questions.Add(Ask(scope, new FormInput(Grounds, FormInputKind.Choice, ListingTexts.GroundsQuestion)
        {
            Missing = ListingTexts.GroundsMissing,
            Options = [.. (list?.Grounds ?? new Dictionary<string, ListGrounds>()).Select(each => new FormOption(
                each.Key, Text.Of(each.Value.Title), each.Value.Basis.Count == 1 ? Plain(each.Value.Basis[0]) : null))],
        }));

        // Where the grounds have one basis there is nothing to choose.
        if (list?.Grounds.GetValueOrDefault(scope.AnswerTo(Grounds)) is { Basis.Count: > 1 } grounds)
        {
            questions.Add(Ask(scope, new FormInput(Basis, FormInputKind.Choice, ListingTexts.BasisQuestion)
            {
                Missing = ListingTexts.BasisMissing, Options = [.. grounds.Basis.Select(basis => new FormOption(basis, Plain(basis)))],
            }));
        }

        questions.Add(Ask(scope, new FormInput(Statement, FormInputKind.Lines, ListingTexts.StatementQuestion)
        {
            Hint = ListingTexts.StatementHint, Missing = ListingTexts.StatementMissing, CharsMax = CaseText.CharsMax,
        }));
        return questions;
    }

    public override IReadOnlyList<Text> FollowsOf(FilingScope scope)
    {
        var hearing = CaseClocks.Find(scope.Rulebook, "listing-hearing", scope.Today);
        return hearing is null ? [ListingTexts.NotListedYet]
            : [ListingTexts.NotListedYet, ListingTexts.HearingFollows.With(hearing.WorkingDays)];
    }

    public override CaseCommand CommandOf(FilingScope scope, CaseCommand first)
    {
        var facts = new Dictionary<string, string> { [CaseFacts.List] = scope.AnswerTo(List) };
        if (scope.AnswerTo(Basis) is { Length: > 0 } basis && QuestionsOf(scope).Any(question => question.Page == Basis))
            facts[CaseFacts.Basis] = basis;
        return first with { Grounds = scope.AnswerTo(Grounds), Statement = scope.AnswerTo(Statement), Facts = facts };
    }

    private static IEnumerable<KeyValuePair<string, ListRules>> ListsOf(string source, ProcedureRules rules) =>
        rules.Lists.Where(list => rules.Bodies.ContainsKey(source) && list.Value.DecidedBy?.Contains(source) != false);

    private static Text Plain(string text) => new(text, text);
}
