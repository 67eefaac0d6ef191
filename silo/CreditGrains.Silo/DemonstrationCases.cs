using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Silo;

/// <summary>
/// A few cases of invented organisations, each in another state, for the portal's pages of cases. What a rulebook of another form refuses
/// is left out.
/// </summary>
internal sealed class DemonstrationCases(CreditEngine engine, SourceId source, string actor, CancellationToken cancellation)
{
    private const string Statement = "虚构示范：所示金额与决定书不一致。Invented for the demonstration.";
    private static readonly CaseActor Platform = new(true, false, null);
    private static readonly CaseActor Organisation = new(false, true, null);
    private readonly CaseActor _source = new(false, false, source.Value);
    private int _steps;

    /// <param name="own">The organisation of the invented clerk.</param>
    /// <param name="others">Others, of which the first with an entry is asked about at its source.</param>
    public async Task OpenAsync(SubjectId own, IEnumerable<SubjectId> others)
    {
        var records = await RecordsAsync(own);
        await ObjectAsync(own, records.ElementAtOrDefault(0));
        await ObjectAsync(own, records.ElementAtOrDefault(1), (CaseStep.Refer, Platform), (CaseStep.Answer, _source));
        await ObjectAsync(own, records.ElementAtOrDefault(2), (CaseStep.Accept, Platform), (CaseStep.Decide, Platform));
        foreach (var other in others.Where(other => other != own))
        {
            if (await RecordsAsync(other) is not [var first, ..])
                continue;
            await ObjectAsync(other, first, (CaseStep.Refer, Platform));
            break;
        }

        var repairable = records.Where(record => Repairability.IsRepairable(engine.Rulebook, record)
            && Repairability.Check(engine.Rulebook, record, engine.Today) is null).Take(2).Select(record => record.Record).ToList();
        if (repairable.Count > 0)
            await OpenAsync(own, Command(CaseStep.Submit, Organisation) with { Kind = CaseKind.Repair, Records = repairable });
    }

    private async Task<IReadOnlyList<RecordStatus>> RecordsAsync(SubjectId subject) =>
        await engine.Subjects.FindAsync(subject, Consistency.Latest, cancellation) is { } view
            ? [.. view.Evaluator.Standings(view.State, view.AsOf).Where(record => !record.Withdrawn && record.Record.Source == source
                && record.Kind != "registration")]
            : [];

    private async Task ObjectAsync(SubjectId subject, RecordStatus? record, params (CaseStep Step, CaseActor Actor)[] steps)
    {
        if (record is null)
            return;
        var number = await OpenAsync(subject, Command(CaseStep.Submit, Organisation) with
        {
            Kind = CaseKind.Objection, Records = [record.Record], Grounds = "error",
        });
        foreach (var (step, by) in number is null ? [] : steps)
        {
            await engine.Cases.ActAsync(number!.Value, Command(step, by) with
            {
                Reason = "虚构示范。Invented for the demonstration.", Upheld = step == CaseStep.Answer ? true : null,
                Outcome = step == CaseStep.Decide ? CaseOutcome.Rejected : null,
            }, actor, cancellation);
        }
    }

    private async Task<CaseNumber?> OpenAsync(SubjectId subject, CaseCommand command) =>
        (await engine.Cases.OpenAsync(subject, command, actor, cancellation)).Case?.Number;

    private CaseCommand Command(CaseStep step, CaseActor by) => new()
    {
        Step = step, Actor = by, Statement = step == CaseStep.Submit ? Statement : null, Declaration = true,
        Operation = $"demonstration{new string('x', ++_steps)}",
    };
}
