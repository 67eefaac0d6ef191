using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Silo;

/// <summary>
/// A few cases of invented organisations, of each kind at least one, each in another state, for the portal's pages of cases. What a
/// rulebook of another form refuses, or a calendar that does not reach so far, is left out.
/// </summary>
internal sealed class DemonstrationCases(CreditEngine engine, SourceId source, string actor, CancellationToken cancellation)
{
    private const string Statement = Demonstration.Invented + "所示金额与决定书不一致。";
    private const string Regulator = "SCJG", Commission = "FGW";

    /// <summary>Days until a commitment or contract is due: the first that the calendar allows.</summary>
    private static readonly int[] DueIn = [60, 20, 3];
    private static readonly CaseActor Platform = new(true, false, null);
    private static readonly CaseActor Organisation = new(false, true, null);
    private readonly CaseActor _source = new(false, false, source.Value);
    private int _steps;

    /// <param name="own">The organisation of the invented clerk.</param>
    /// <param name="others">Others, of which the first with an entry is asked about at its source.</param>
    public async Task OpenAsync(SubjectId own, IReadOnlyList<SubjectId> others)
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
            await OpenAsync(own, Command(CaseStep.Submit, Organisation) with
            {
                Kind = CaseKind.Repair, Records = repairable, Statement = Demonstration.Invented + "罚款已缴清，整改已完成。",
            });
        await CommitAsync(own);
        await DeclareAsync(own);
        await ListAsync(own, others);
        await ContractAsync(own, others);
    }

    /// <summary>One to be accepted, one under supervision, a public one, one performed.</summary>
    private async Task CommitAsync(SubjectId own)
    {
        if (engine.Rulebook.Procedures.Commitments is not { } rules)
            return;
        var open = new Queue<(CaseStep Step, CaseOutcome? Outcome)[]>(
        [
            [(CaseStep.Accept, null), (CaseStep.Supervise, null)], [],
            [(CaseStep.Accept, null), (CaseStep.Assess, CaseOutcome.Full)],
        ]);
        foreach (var (matter, item) in rules.Items)
        {
            // A public one is accepted, so that the public finds one.
            var steps = item.IsPublic ? [(CaseStep.Accept, null)] : open.TryDequeue(out var next) ? next : null;
            if (steps is null)
                continue;
            var body = item.AcceptedBy?[0] ?? Regulator;
            await DatedAsync(CaseFacts.DueOn, own, Command(CaseStep.Submit, Organisation) with
            {
                Kind = CaseKind.Commitment,
                Facts = new Dictionary<string, string>
                {
                    [CaseFacts.Matter] = matter, [CaseFacts.Type] = item.Type, [CaseFacts.Text] = item.Text, [CaseFacts.AcceptedBy] = body,
                },
            }, body, steps);
        }
    }

    /// <summary>One verified, one refuted, one to be verified.</summary>
    private async Task DeclareAsync(SubjectId own)
    {
        if (engine.Rulebook.Procedures.Declarations is not { } rules)
            return;
        (string Class, string Title, CaseOutcome? Outcome)[] declared =
        [
            ("welfare", "虚构乡村助学捐赠", CaseOutcome.Verified), ("operation", "虚构年度出口额", CaseOutcome.Refuted),
            ("qualification", "虚构质量管理体系认证", null),
        ];
        foreach (var (named, title, outcome) in declared)
        {
            (CaseStep, CaseOutcome?)[] steps = outcome is null ? [] : [(CaseStep.Accept, null), (CaseStep.Decide, outcome)];
            await DatedAsync(null, own, Command(CaseStep.Submit, Organisation) with
            {
                Kind = CaseKind.Declaration,
                Facts = new Dictionary<string, string>
                {
                    [CaseFacts.Class] = named, [CaseFacts.Title] = title, [CaseFacts.Content] = Demonstration.Invented,
                    [CaseFacts.VerifiedBy] = Commission, [CaseFacts.Text] = rules.Truth,
                },
            }, Commission, steps);
        }
    }

    /// <summary>A notice to the clerk's organisation, which may be heard; and a proposal for another.</summary>
    private async Task ListAsync(SubjectId own, IReadOnlyList<SubjectId> others)
    {
        foreach (var (list, rules) in engine.Rulebook.Procedures.Lists)
        {
            if (rules.DecidedBy?.Contains(Regulator) != true)
                continue;
            foreach (var subject in others.Where(other => other != own).Take(1).Prepend(own))
            {
                await DatedAsync(null, subject, Command(CaseStep.Submit, Department(Regulator)) with
                {
                    Kind = CaseKind.Listing, Grounds = rules.Grounds.Keys.First(), Statement = Demonstration.Invented,
                    Facts = new Dictionary<string, string> { [CaseFacts.List] = list },
                }, Regulator, subject == own ? [(CaseStep.Notify, null)] : []);
            }

            return;
        }
    }

    /// <summary>One that runs, and one that was performed.</summary>
    private async Task ContractAsync(SubjectId own, IReadOnlyList<SubjectId> others)
    {
        if (engine.Rulebook.Procedures.Contracts is null || others.FirstOrDefault(other => other != own) is not { Value: not null } party)
            return;
        foreach (var (number, name, isPerformed) in new[] { ("虚合同一号", "虚构办公设备采购", false), ("虚合同二号", "虚构绿化养护", true) })
        {
            await DatedAsync(CaseFacts.DueOn, own, Command(CaseStep.Submit, Department(Regulator)) with
            {
                Kind = CaseKind.Contract,
                Facts = new Dictionary<string, string>
                {
                    [CaseFacts.Party] = party.Value, ["contractNumber"] = number, ["contractName"] = name, ["amount"] = "12.5",
                    ["note"] = Demonstration.Invented,
                },
            }, Regulator, isPerformed ? [(CaseStep.Perform, null)] : []);
        }
    }

    /// <summary>Opens a case, with a day in a fact where one is named, and takes its steps as a department.</summary>
    private async Task DatedAsync(
        string? fact, SubjectId subject, CaseCommand command, string body, IReadOnlyList<(CaseStep Step, CaseOutcome? Outcome)> steps)
    {
        CaseNumber? number = null;
        foreach (var days in fact is null ? [0] : DueIn)
        {
            var day = engine.Today.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            number ??= await OpenAsync(subject, fact is null ? command
                : command with { Facts = new Dictionary<string, string>(command.Facts) { [fact] = day } });
        }

        foreach (var (step, outcome) in number is null ? [] : steps)
        {
            await engine.Cases.ActAsync(
                number!.Value, Command(step, Department(body)) with { Reason = Demonstration.Invented, Outcome = outcome }, actor,
                cancellation);
        }
    }

    private static CaseActor Department(string source) => new(false, false, source);

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
            Kind = CaseKind.Objection, Records = [record.Record], Grounds = "error", Statement = Statement,
        });
        foreach (var (step, by) in number is null ? [] : steps)
        {
            await engine.Cases.ActAsync(number!.Value, Command(step, by) with
            {
                Reason = Demonstration.Invented, Upheld = step == CaseStep.Answer ? true : null,
                Outcome = step == CaseStep.Decide ? CaseOutcome.Rejected : null,
            }, actor, cancellation);
        }
    }

    private async Task<CaseNumber?> OpenAsync(SubjectId subject, CaseCommand command) =>
        (await engine.Cases.OpenAsync(subject, command, actor, cancellation)).Case?.Number;

    private CaseCommand Command(CaseStep step, CaseActor by) => new()
    {
        Step = step, Actor = by, Declaration = true,
        Operation = $"demonstration{new string('x', ++_steps)}",
    };
}
