using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Subjects;
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

    private static readonly IReadOnlyList<StepField> Listing =
    [
        new(CaseFacts.DocumentNumber, CaseFactTexts.Labels[CaseFacts.DocumentNumber], ListingTexts.DocumentHint)
        {
            MaxLength = 128, RequiredFor = [CaseNames.Of(CaseOutcome.Listed)],
        },
        new(CaseFacts.Until, ListingTexts.Until, ListingTexts.UntilHint) { Type = "date", MaxLength = 10 },
    ];

    private static readonly IReadOnlyList<StepField> Removal =
        [new(CaseFacts.DocumentNumber, CaseFactTexts.Labels[CaseFacts.RemovalDocument], ListingTexts.RemovalHint) { MaxLength = 128 }];

    private static readonly IReadOnlyList<StepField> Breach =
    [
        new(CaseFacts.BreachParty, CaseFactTexts.Labels[CaseFacts.BreachParty], ContractTexts.BreachPartyHint) { IsRequired = true },
        new(CaseFacts.BreachReason, CaseFactTexts.Labels[CaseFacts.BreachReason], ContractTexts.BreachReasonHint)
        {
            IsRequired = true, Rows = 4, MaxLength = 2000,
        },
        new(CaseFacts.Basis, ContractTexts.BreachBasis, ContractTexts.BreachBasisHint) { IsRequired = true, MaxLength = 2048 },
    ];

    /// <summary>Of a step of a case; empty where it asks for none.</summary>
    /// <param name="found">The case.</param>
    /// <param name="step">The step.</param>
    /// <param name="today">The legal date.</param>
    /// <param name="names">Names of the parties, by code, where the field is shown.</param>
    public static IReadOnlyList<StepField> Of(
        StoredCase found, CaseStep step, DateOnly today,
        IReadOnlyDictionary<string, string>? names = null) => (found.File.Kind, step) switch
    {
        (CaseKind.Listing, CaseStep.Decide) => found.File.State == CaseState.Submitted || CaseChoices.IsHearingAwaited(found.File, today)
            ? [] : Listing,
        (CaseKind.Listing, CaseStep.Remove) => Removal,
        (CaseKind.Contract, CaseStep.Breach) =>
            [.. Breach.Select(field => field.Fact == CaseFacts.BreachParty ? field with { Options = PartiesOf(found, names) } : field)],
        (CaseKind.Commitment, CaseStep.Assess) => CaseChoices.IsBeforeDue(found.File, today) ? [] : Assessment,
        (CaseKind.Declaration, CaseStep.Decide) => Verification,
        _ => [],
    };

    /// <summary>
    /// Outcomes to choose from, by the procedure's table; those of an objection and a repair, which the table leaves open, by their kind
    /// and by the record.
    /// </summary>
    public static IReadOnlyList<CaseOutcome> OutcomesOf(CaseFile file, CaseStep step, DateOnly today, SubjectView? view)
    {
        var lines = CaseProcedure.TableOf(file.Kind).Where(line => line.Step == step && line.From.Contains(file.StateOn(today))).ToList();
        if (lines.Count > 0 && lines.TrueForAll(line => line.Outcomes is not null))
        {
            return [.. lines.SelectMany(line => line.Outcomes ?? []).Distinct()
                .Where(outcome => outcome != CaseOutcome.Listed || !CaseChoices.IsHearingAwaited(file, today))
                .Where(outcome => outcome == CaseOutcome.Full || step != CaseStep.Assess || !CaseChoices.IsBeforeDue(file, today))];
        }

        return (file.Kind, step) switch
        {
            (CaseKind.Repair, CaseStep.Decide) => [CaseOutcome.Granted, CaseOutcome.Refused],
            (CaseKind.Objection, CaseStep.Decide) when CaseReader.StatusOf(view, file.Records[0].Record) is var status =>
                CaseProcedure.ObjectionOutcomes(status, CaseReader.KindOf(view, status), today),
            _ => [],
        };
    }

    private static IReadOnlyList<(string, Text)> PartiesOf(StoredCase found, IReadOnlyDictionary<string, string>? names)
    {
        var (first, other) = (found.Subject.Value, found.File.Fact(CaseFacts.Party)!);
        return [(first, ContractTexts.FirstParty.With(Named(first))), (other, ContractTexts.OtherParty.With(Named(other)))];

        Text Named(string code) => CaseFactWords.NamedOf(code, names ?? new Dictionary<string, string>());
    }
}
