using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>合同履约: a contract of two organisations, which stands in the files of both.</summary>
internal sealed class ContractFiling : DepartmentFiling
{
    private const string Main = "contract", Further = "further";
    private static readonly string[] Dates = ["signedOn", "announcedOn", CaseFacts.DueOn];

    /// <summary>Those that the record of a contract has; the rest is on a page of its own, which may be left empty.</summary>
    private static readonly string[] MainTerms =
        ["contractNumber", "contractName", "contractType", "subjectMatter", "amount", "signedOn", CaseFacts.DueOn];

    public override CaseKind Kind => CaseKind.Contract;

    public override Text Title => ContractTexts.Title;

    public override Text SubjectQuestion => ContractTexts.SubjectQuestion;

    public override Text? ObstacleFor(string source, Rulebook rulebook) =>
        rulebook.Procedures.Contracts is null ? ContractTexts.NotKept : null;

    public override IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope) =>
    [
        new(CaseFacts.Party, ContractTexts.PartyQuestion,
        [
            new FormInput(CaseFacts.Party, FormInputKind.Code, ContractTexts.PartyQuestion)
            {
                Hint = ContractTexts.PartyHint, Missing = ContractTexts.PartyMissing, CharsMax = 64,
                Value = scope.AnswerTo(CaseFacts.Party),
            },
        ]),
        new(Main, ContractTexts.MainQuestion, [.. MainTerms.Select(term => InputOf(term, scope))]),
        new(Further, ContractTexts.FurtherQuestion,
            [.. CaseFacts.ContractTerms.Keys.Except(MainTerms).Select(term => InputOf(term, scope))])
        {
            Intro = ContractTexts.FurtherHint,
        },
    ];

    public override IReadOnlyList<Text> FollowsOf(FilingScope scope) => [ContractTexts.InBothFiles];

    public override CaseCommand CommandOf(FilingScope scope, CaseCommand first)
    {
        var facts = new Dictionary<string, string>();
        foreach (var input in QuestionsOf(scope).SelectMany(question => question.Inputs).Where(input => input.Value.Length > 0))
            facts[input.Name] = input.Value;
        return first with { Facts = facts };
    }

    private static FormInput InputOf(string term, FilingScope scope)
    {
        var isType = term == "contractType";
        return new FormInput(
            term, Dates.Contains(term) ? FormInputKind.Date : isType ? FormInputKind.Choice : FormInputKind.Line,
            CaseFactTexts.Labels[term])
        {
            Value = scope.AnswerTo(term),
            CharsMax = CaseFacts.ContractTerms[term],
            Missing = term == "contractNumber" ? ContractTexts.NumberMissing : null,
            Options = isType ? [.. ContractTexts.Types.Select(type => new FormOption(type.Key, type.Value))] : [],
        };
    }
}
