using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Cases;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Words of what a case has come to: its last decision, and what each of its steps has decided and done.</summary>
internal static class CaseHistory
{
    private const string Recorded = "recorded";

    /// <summary>The last decision; null for none. A repair under a court's plan is granted only for as long as the plan runs.</summary>
    public static Text? OutcomeOf(CaseFile file) => file switch
    {
        { State: CaseState.InPlan, LastOutcome: CaseOutcome.Granted } => CaseTexts.UnderPlan,
        { LastOutcome: { } outcome } => CaseTexts.OutcomeOf(outcome),
        _ => null,
    };

    /// <summary>Decision of a step: on each record by itself where it did so, else on the whole.</summary>
    public static IReadOnlyList<Text> DetailOf(StoredCase found, int place)
    {
        var (before, after) = (place == 0 ? null : found.Steps[place - 1].File, found.Steps[place].File);
        if (after is null)
            return [];
        var records = after.Records
            .Where(record => record.Outcome is not null
                && before?.Records.FirstOrDefault(each => each.Record == record.Record)?.Outcome is null)
            .Select(record => With(CaseTexts.OutcomeOf(record.Outcome!.Value), new Text(record.Id, record.Id))).ToList();
        if (records.Count > 0)
            return records;
        return after.LastOutcome is { } outcome && (outcome != before?.LastOutcome || after.DecidedOn != before.DecidedOn)
            ? [CaseTexts.OutcomeOf(outcome)] : [];
    }

    /// <summary>Duty of the organisation, in the words of the step that asks for it; null where nothing is asked.</summary>
    public static (Text Label, string Note)? OrderOf(StoredCase found)
    {
        var asked = found.File.State switch { CaseState.Rectifying => "rectify", CaseState.Returned => "return", _ => null };
        return found.Steps.LastOrDefault(step => step.Step == asked)?.Note is { } note
            ? (asked == "rectify" ? CaseTexts.Order : CaseTexts.StepsTaken["return"], note) : null;
    }

    /// <summary>All effects on records, each with the words of the step that had it.</summary>
    public static IReadOnlyList<CaseEffectModel> EffectsOf(StoredCase found)
    {
        var effects = new List<CaseEffectModel>();
        foreach (var effect in found.File.Effects)
        {
            var words = CaseTexts.Of(CaseTexts.EffectsOf, effect.Effect);
            var then = found.Steps.FirstOrDefault(step => step.File?.Effects.Count > effects.Count)?.File;
            effects.Add(new CaseEffectModel(
                effect.Effect == Recorded && then is not null && ResultOf(then) is { } result
                    ? With(words, result) : words,
                effect.Source, effect.Id, effect.On, effect.NextRevision));
        }

        return effects;
    }

    private static Text With(Text words, Text detail) => new($"{words.Zh}：{detail.Zh}", $"{words.En}: {detail.En}");

    /// <summary>Content that a record of a commitment, declaration or contract was given.</summary>
    private static Text? ResultOf(CaseFile file) => file.Fact(CaseFacts.Result) is { } result
        ? CaseFactTexts.Results.GetValueOrDefault(result) ?? CaseTexts.Of(CaseTexts.Outcomes, result)
        : file.LastOutcome is { } outcome ? CaseTexts.OutcomeOf(outcome) : null;
}
