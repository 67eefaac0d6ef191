using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Objection and repair in plain words, by the rules of a day.</summary>
/// <param name="Objection">Sentences on how long an objection takes.</param>
/// <param name="ObjectionBasis">Law and article of these.</param>
/// <param name="Meanwhile">Sentences on the entry until the outcome.</param>
/// <param name="Repair">Sentences on how long a repair takes.</param>
/// <param name="RepairBasis">Law and article of these.</param>
/// <param name="Tiers">From when each tier can be repaired, and when its publicity ends by itself.</param>
public sealed record RightsModel(
    IReadOnlyList<Text> Objection, IReadOnlyList<string> ObjectionBasis, IReadOnlyList<Text> Meanwhile, IReadOnlyList<Text> Repair,
    IReadOnlyList<string> RepairBasis, IReadOnlyList<TierModel> Tiers)
{
    internal static RightsModel Of(Rulebook rulebook, DateOnly day)
    {
        ProceduralDeadline? Find(string id) => CaseClocks.Find(rulebook, id, day);
        var (own, source, answer) = (Find("objection-own"), Find("objection-source"), Find("objection-answer"));
        var (accept, result) = (Find("repair-accept"), Find("repair-result"));
        var objection = new List<Text>();
        if (own is not null)
            objection.Add(RightsTexts.OwnDays.With(own.WorkingDays));
        if (source is not null && answer is not null)
            objection.Add(RightsTexts.SourceDays.With(source.WorkingDays, answer.WorkingDays));
        if (source is { ExtensionWorkingDays: > 0 })
            objection.Add(RightsTexts.ExtensionDays.With(source.ExtensionWorkingDays));
        var repair = new List<Text>();
        if (accept is not null)
            repair.Add(RightsTexts.AcceptDays.With(accept.WorkingDays));
        if (result is not null)
            repair.Add(RightsTexts.ResultDays.With(result.WorkingDays));
        if (result is { ExtensionWorkingDays: > 0 })
            repair.Add(RightsTexts.ExtensionDays.With(result.ExtensionWorkingDays));
        List<Text> meanwhile = rulebook.Clocks.Suspension switch
        {
            Suspension.Handler => [RightsTexts.Disputed, RightsTexts.MaySuspend],
            Suspension.WhenReferred => [RightsTexts.Disputed, RightsTexts.SuspendsWhenReferred],
            _ => [RightsTexts.Disputed],
        };
        return new RightsModel(
            objection, BasisOf(own, source, answer), meanwhile, repair, BasisOf(accept, result), RulesInWords.Of(rulebook, day).Tiers);
    }

    private static List<string> BasisOf(params IEnumerable<ProceduralDeadline?> deadlines) =>
        [.. deadlines.OfType<ProceduralDeadline>().Select(deadline => deadline.Basis).Distinct()];
}
