using CreditGrains.Domain.Procedures;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// The facts that the steps of each kind of case ask for: the one form of steps is made of this table and of the procedure's own, which
/// says the outcomes and who must give a reason.
/// </summary>
internal static class StepFields
{
    private static readonly IReadOnlyList<StepField> Assessment =
    [
        new(CaseFacts.NotPerformed, CaseFactTexts.Labels[CaseFacts.NotPerformed], CaseStepTexts.NotPerformedHint)
        {
            Rows = 4, RequiredFor = [CaseNames.Of(CaseOutcome.Partial), CaseNames.Of(CaseOutcome.None)],
        },
        new(CaseFacts.Consequences, CaseFactTexts.Labels[CaseFacts.Consequences], CaseStepTexts.ConsequencesHint) { Rows = 4 },
        new(CaseFacts.Basis, CaseFactTexts.Labels[CaseFacts.Basis], CaseStepTexts.BreachBasisHint) { MaxLength = 2048 },
    ];

    private static readonly IReadOnlyList<StepField> Verification =
        [new(CaseFacts.Basis, CaseFactTexts.Labels[CaseFacts.Basis], CaseStepTexts.RefutedBasisHint) { MaxLength = 2048 }];

    /// <summary>Of a step; empty where it asks for none.</summary>
    public static IReadOnlyList<StepField> Of(CaseKind kind, CaseStep step) => (kind, step) switch
    {
        (CaseKind.Commitment, CaseStep.Assess) => Assessment,
        (CaseKind.Declaration, CaseStep.Decide) => Verification,
        _ => [],
    };

    /// <summary>
    /// Outcomes to choose from, by the procedure's table; those of an objection and a repair, which the table leaves open, by their kind.
    /// </summary>
    public static IReadOnlyList<CaseOutcome> OutcomesOf(CaseFile file, CaseStep step, DateOnly today)
    {
        var lines = CaseProcedure.TableOf(file.Kind).Where(line => line.Step == step && line.From.Contains(file.StateOn(today))).ToList();
        if (lines.Exists(line => line.Outcomes is not null))
        {
            return [.. lines.SelectMany(line => line.Outcomes ?? []).Distinct()
                .Where(outcome => outcome == CaseOutcome.Full || step != CaseStep.Assess || !CaseChoices.IsBeforeDue(file, today))];
        }

        return (file.Kind, step) switch
        {
            (CaseKind.Repair, CaseStep.Decide) => [CaseOutcome.Granted, CaseOutcome.Refused],
            (CaseKind.Objection, CaseStep.Decide) =>
                [.. Enum.GetValues<CaseOutcome>().Where(outcome => outcome is >= CaseOutcome.Corrected and <= CaseOutcome.Rejected)],
            _ => [],
        };
    }
}
