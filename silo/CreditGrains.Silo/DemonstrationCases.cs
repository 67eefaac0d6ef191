using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Silo;

/// <summary>
/// A few cases of invented organisations, of each kind at least one, each in another state, for the portal's pages of cases. What a
/// rulebook of another form refuses, or a calendar that does not reach so far, is left out.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="source">Source of the records.</param>
/// <param name="actor">Caller.</param>
/// <param name="own">The organisation of the invented clerk.</param>
/// <param name="others">Others, of which the first with an entry is asked about at its source.</param>
/// <param name="cancellation">Gives up.</param>
internal sealed class DemonstrationCases(
    CreditEngine engine, SourceId source, string actor, SubjectId own, IReadOnlyList<SubjectId> others, CancellationToken cancellation)
{
    private const string Statement = Demonstration.Invented + "所示金额与决定书不一致。";
    private const string Regulator = "SCJG", Commission = "FGW";

    /// <summary>Days until a commitment or contract is due: the first that the calendar allows.</summary>
    private static readonly int[] DueIn = [60, 20, 3];

    /// <summary>Days until a commitment is due that is broken later.</summary>
    private const int DueSoon = 6;

    /// <summary>A PNG of a sheet of paper.</summary>
    private const string Paper =
        "iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAAAAACEICPDAAAAOElEQVR42mP4TyFgGBQGNJANhpcBZAQflQ0YBl4YNWA0IY0aMJqQ"
        + "RgNx1IDRhDTsYmFgDRjijW0AMYFMbm680D4AAAAASUVORK5CYII=";

    private static readonly CaseActor Platform = new(true, false, null);
    private static readonly CaseActor Organisation = new(false, true, null);
    private readonly CaseActor _source = new(false, false, source.Value);
    private int _steps;

    /// <summary>Files that the next objection brings.</summary>
    private string[] _proofs = [];

    private readonly List<SubjectId> _others = [.. others.Where(other => other != own)];
    private readonly List<(CaseNumber Number, string Body, CaseStep Step)> _pending = [];

    /// <summary>Cases of which something is decided some weeks later: notices of lists, and commitments that are soon due.</summary>
    public async Task BeginAsync()
    {
        foreach (var (i, body) in new[] { (1, Regulator), (2, Commission) })
        {
            var (list, rules) = engine.Rulebook.Procedures.Lists.FirstOrDefault(each => each.Value.DecidedBy?.Contains(body) == true);
            if (list is not null)
                Await(await ListAsync(_others[i], list, rules, body, isNotified: true), body, CaseStep.Decide);
        }

        foreach (var (matter, item) in engine.Rulebook.Procedures.Commitments?.Items.Where(each => !each.Value.IsPublic).Take(2) ?? [])
        {
            var body = item.AcceptedBy?[0] ?? Regulator;
            var number = await OpenAsync(
                _others[3], CommitmentOf(matter, item, body, engine.Today.AddDays(DueSoon)));
            await StepsAsync(number, body, [(CaseStep.Accept, null)]);
            Await(number, body, CaseStep.Assess);
        }

        void Await(CaseNumber? number, string body, CaseStep step)
        {
            if (number is not null)
                _pending.Add((number.Value, body, step));
        }
    }

    /// <summary>An objection whose deadline passes.</summary>
    public async Task NeglectAsync()
    {
        foreach (var (subject, records) in await WithRecordsAsync(1))
            await ObjectAsync(subject, records[0]);
    }

    /// <summary>The decisions: organisations are put on lists, commitments were broken, and one is ordered to rectify.</summary>
    public async Task DecideAsync()
    {
        foreach (var (i, (number, body, step)) in _pending.Index())
        {
            var isListing = step == CaseStep.Decide;
            await engine.Cases.ActAsync(
                number,
                Command(step, Department(body)) with
                {
                    Reason = Demonstration.Invented, Outcome = isListing ? CaseOutcome.Listed : CaseOutcome.None,
                    Facts = new Dictionary<string, string>
                    {
                        [isListing ? CaseFacts.DocumentNumber : CaseFacts.NotPerformed] = isListing ? $"虚列〔{engine.Today.Year}〕{i + 1}号"
                            : "虚构的未履行内容",
                    },
                }, actor, cancellation);
        }

        if (_pending.LastOrDefault(each => each.Step == CaseStep.Assess) is { Body: { } by } last)
            await StepsAsync(last.Number, by, [(CaseStep.Rectify, null)]);
    }

    /// <summary>The cases of today.</summary>
    public async Task OpenAsync()
    {
        var records = await RecordsAsync(own);
        var proof = await engine.Proofs.AddAsync(own, Organisation, "虚构付款凭证.png", Convert.FromBase64String(Paper), actor, cancellation);
        _proofs = proof.Upload is { } upload ? [upload.Digest] : [];
        await ObjectAsync(own, records.ElementAtOrDefault(0));
        _proofs = [];
        await ObjectAsync(own, records.ElementAtOrDefault(1), (CaseStep.Refer, Platform), (CaseStep.Answer, _source));
        await ObjectAsync(own, records.ElementAtOrDefault(2), (CaseStep.Accept, Platform), (CaseStep.Decide, Platform));
        (CaseStep Step, CaseActor Actor)[][] objected = [[(CaseStep.Refer, Platform)], [(CaseStep.Suspend, Platform)]];
        foreach (var (i, (subject, known)) in (await WithRecordsAsync(objected.Length + 1)).Skip(1).Index())
            await ObjectAsync(subject, known[0], objected[i]);
        await RepairAsync();
        await CommitAsync();
        await DeclareAsync();
        foreach (var (list, rules) in engine.Rulebook.Procedures.Lists)
        {
            if (rules.DecidedBy?.Contains(Regulator) != true)
                continue;
            await ListAsync(own, list, rules, Regulator, isNotified: true);
            await ListAsync(_others[0], list, rules, Regulator, isNotified: false);
            break;
        }

        await ContractAsync();
    }

    /// <summary>One that is new, one returned, one accepted; and one of a bankruptcy whose plan runs.</summary>
    private async Task RepairAsync()
    {
        var repairable = await RepairableAsync(own);
        (CaseStep, CaseActor)[] returned = [(CaseStep.Return, Platform)];
        await RepairAsync(own, [.. repairable.Take(1)]);
        await RepairAsync(own, [.. repairable.Skip(1).Take(1)], returned);
        (CaseStep, CaseActor)[][] steps = [[(CaseStep.Accept, Platform)], [(CaseStep.Accept, Platform), (CaseStep.Decide, _source)]];
        var left = 0;
        foreach (var other in _others)
        {
            if (left == steps.Length)
                return;
            var records = await RepairableAsync(other);
            if (records.Count > 0)
                await RepairAsync(other, [records[0]], steps[left++]);
        }
    }

    private async Task RepairAsync(SubjectId subject, IReadOnlyList<RecordId> records, params (CaseStep Step, CaseActor Actor)[] steps)
    {
        if (records.Count == 0)
            return;
        var isPlan = steps.Any(step => step.Step == CaseStep.Decide);
        var number = await OpenAsync(subject, Command(CaseStep.Submit, Organisation) with
        {
            Kind = CaseKind.Repair, Records = records, Statement = Demonstration.Invented + "罚款已缴清，整改已完成。",
            Route = isPlan ? "bankruptcy" : null, Ruling = isPlan ? "（虚）破1号" : null,
        });
        foreach (var (step, by) in number is null ? [] : steps)
        {
            await engine.Cases.ActAsync(number!.Value, Command(step, by) with
            {
                Reason = Demonstration.Invented, Records = step == CaseStep.Decide ? records : [],
                Outcome = step == CaseStep.Decide ? CaseOutcome.Granted : null,
            }, actor, cancellation);
        }
    }

    private async Task<List<RecordId>> RepairableAsync(SubjectId subject) =>
    [
        .. (await RecordsAsync(subject)).Where(record => Repairability.IsRepairable(engine.Rulebook, record)
            && Repairability.Check(engine.Rulebook, record, engine.Today) is null).Select(record => record.Record),
    ];

    /// <summary>The first others that have records.</summary>
    private async Task<List<(SubjectId Subject, IReadOnlyList<RecordStatus> Records)>> WithRecordsAsync(int count)
    {
        var found = new List<(SubjectId, IReadOnlyList<RecordStatus>)>();
        foreach (var other in _others)
        {
            if (found.Count < count && await RecordsAsync(other) is { Count: > 0 } records)
                found.Add((other, records));
        }

        return found;
    }

    /// <summary>One to be accepted, one under supervision, a public one, one performed.</summary>
    private async Task CommitAsync()
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
            await DatedAsync(CaseFacts.DueOn, own, CommitmentOf(matter, item, body, null), body, steps);
        }
    }

    /// <summary>One verified, one refuted, one to be verified.</summary>
    private async Task DeclareAsync()
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

    private CaseCommand CommitmentOf(string matter, CommitmentItem item, string body, DateOnly? due)
    {
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.Matter] = matter, [CaseFacts.Type] = item.Type, [CaseFacts.Text] = item.Text, [CaseFacts.AcceptedBy] = body,
        };
        if (due is { } day)
            facts[CaseFacts.DueOn] = Text(day);
        return Command(CaseStep.Submit, Organisation) with { Kind = CaseKind.Commitment, Facts = facts };
    }

    /// <summary>A proposal to put an organisation on a list, with a notice of it or without.</summary>
    private async Task<CaseNumber?> ListAsync(SubjectId subject, string list, ListRules rules, string body, bool isNotified) =>
        await DatedAsync(null, subject, Command(CaseStep.Submit, Department(body)) with
        {
            Kind = CaseKind.Listing, Grounds = rules.Grounds.Keys.First(), Statement = Demonstration.Invented,
            Facts = new Dictionary<string, string> { [CaseFacts.List] = list },
        }, body, isNotified ? [(CaseStep.Notify, null)] : []);

    /// <summary>One that is due soon, of which watchlists are warned, and one that was performed.</summary>
    private async Task ContractAsync()
    {
        if (engine.Rulebook.Procedures.Contracts is null)
            return;
        foreach (var (number, name, isPerformed) in new[] { ("虚合同一号", "虚构办公设备采购", false), ("虚合同二号", "虚构绿化养护", true) })
        {
            await DatedAsync(CaseFacts.DueOn, own, Command(CaseStep.Submit, Department(Regulator)) with
            {
                Kind = CaseKind.Contract,
                Facts = new Dictionary<string, string>
                {
                    [CaseFacts.Party] = _others[0].Value, ["contractNumber"] = number, ["contractName"] = name, ["amount"] = "12.5",
                    ["note"] = Demonstration.Invented,
                },
            }, Regulator, isPerformed ? [(CaseStep.Perform, null)] : []);
        }
    }

    /// <summary>Opens a case, with a day in a fact where one is named, and takes its steps as a department.</summary>
    private async Task<CaseNumber?> DatedAsync(
        string? fact, SubjectId subject, CaseCommand command, string body, IReadOnlyList<(CaseStep Step, CaseOutcome? Outcome)> steps)
    {
        CaseNumber? number = null;
        foreach (var days in fact is null ? [0] : command.Kind == CaseKind.Contract ? DueIn[1..] : DueIn)
        {
            var day = Text(engine.Today.AddDays(days));
            number ??= await OpenAsync(subject, fact is null ? command
                : command with { Facts = new Dictionary<string, string>(command.Facts) { [fact] = day } });
        }

        await StepsAsync(number, body, steps);
        return number;
    }

    private async Task StepsAsync(CaseNumber? number, string body, IReadOnlyList<(CaseStep Step, CaseOutcome? Outcome)> steps)
    {
        foreach (var (step, outcome) in number is null ? [] : steps)
        {
            await engine.Cases.ActAsync(
                number!.Value, Command(step, Department(body)) with { Reason = Demonstration.Invented, Outcome = outcome }, actor,
                cancellation);
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

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
            Kind = CaseKind.Objection, Records = [record.Record], Grounds = "error", Statement = Statement, Proofs = _proofs,
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
        Operation = $"demonstration{(char)('a' + (++_steps / 26))}{(char)('a' + (_steps % 26))}",
    };
}
