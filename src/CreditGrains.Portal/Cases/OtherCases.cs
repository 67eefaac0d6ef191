using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// Finds a case of the same organisation and matter before a filing is filled in to its end: the procedure would refuse it only once it is
/// sent. An entry of a list that is in force on the same grounds stands in the way too.
/// </summary>
internal sealed class OtherCases(CreditEngine engine, CaseReading reading)
{
    /// <summary>Null where nothing stands in the way, or the page does not tell yet what the filing is about.</summary>
    public async Task<OtherCaseModel?> FindAsync(
        CaseFiling filing, FilingScope scope, SubjectView view, FilingQuestion question, HttpContext context)
    {
        var asksMatter = filing.KeyFacts.Count > 0 && question.Inputs.Any(input => input.Name == filing.KeyFacts[^1]);
        if (!asksMatter && question.Page != filing.GroundsPage)
            return null;
        var matter = new CaseCommand
        {
            Step = CaseStep.Submit, Kind = filing.Kind, Actor = new CaseActor(false, false, null), Operation = "",
            Facts = filing.KeyFacts.ToDictionary(fact => fact, fact => scope.AnswerTo(fact)),
        };
        var key = CaseProcedure.KeyOf(matter, engine.Rulebook);
        var numbers = CaseReading.NumbersOf(view, [filing.Kind], null, MayMatter);
        var records = new Lazy<Dictionary<RecordId, RecordStatus>>(() =>
            view.Evaluator.Standings(view.State, engine.Today).ToDictionary(record => record.Record));
        foreach (var found in await reading.ReadOfAsync(view.Subject, numbers, context.RequestAborted))
        {
            if (CaseProcedure.KeyOf(found.File) != key)
                continue;
            var isInForce = found.File.Grounds == scope.AnswerTo("grounds") && found.File.Made is { } made
                && CaseProcedure.IsListed(found.File, records.Value.GetValueOrDefault(made.Record), engine.Today);
            if (asksMatter ? !found.File.IsOpen : !isInForce)
                continue;
            var number = found.Number.ToString();
            return new OtherCaseModel(
                (asksMatter ? CaseFilingTexts.CaseRuns : CaseFilingTexts.DecisionHolds).With(number), number,
                reading.MaySee(Caller.Of(context), found) ? PortalPaths.Case(number) : null);
        }

        return null;
    }

    /// <summary>By the state that the case's record tells: contents of those that have ended are not read.</summary>
    private static bool MayMatter(string? level) => CaseNames.Find<CaseState>(level) is { } state
        && (!CaseFile.IsEnd(state) || state == CaseState.Listed);
}

/// <summary>A case that stands in the way of a filing.</summary>
/// <param name="Why">The reason, with its number.</param>
/// <param name="Number">Its number.</param>
/// <param name="Path">Its page; null where the person may not see it.</param>
public sealed record OtherCaseModel(Text Why, string Number, string? Path);
