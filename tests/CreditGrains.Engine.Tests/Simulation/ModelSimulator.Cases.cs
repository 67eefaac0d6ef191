using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// Cases: random steps, good and bad, against <see cref="NaiveCase"/>. What a step does is told by the model and comes into its list of
/// events, so that every later answer, as of any day and known at any token, shows whether the engine did the same.
/// </summary>
internal sealed partial class ModelSimulator
{
    private static readonly CaseActor Platform = new(true, false, null), Organisation = new(false, true, null);

    private readonly Dictionary<CaseNumber, NaiveCase> _cases = [];
    private int _operations;

    /// <summary>Steps of cases that were taken.</summary>
    public int StepsTaken { get; private set; }

    /// <summary>Steps of cases that were refused, with the code that the model says.</summary>
    public int StepsRefused { get; private set; }

    /// <summary>The program's kinds of cases and marks, which every rulebook that is read from files has.</summary>
    private static Catalogue WithCases(Catalogue catalogue)
    {
        var kinds = catalogue.Kinds.ToDictionary();
        foreach (var kind in CaseKinds.All)
            kinds[kind.Name] = kind;
        return new Catalogue(kinds);
    }

    /// <summary>Deadlines, and years of plain weeks as far as any simulated day.</summary>
    private static Rulebook WithClocks(Rulebook rulebook)
    {
        var none = new CalendarYear(new HashSet<DateOnly>(), new HashSet<DateOnly>());
        (string Id, int Days, int More)[] deadlines =
        [
            ("objection-own", 3, 0), ("objection-source", 7, 3), ("objection-answer", 3, 0), ("repair-accept", 3, 0),
            ("repair-result", 10, 10),
        ];
        return rulebook with
        {
            Calendar = new WorkingDayCalendar(Enumerable.Range(2025, 40).ToDictionary(year => year, _ => none)),
            Clocks = rulebook.Clocks with
            {
                Repair = new RepairRules(new RepairBan(1, "sample"), null),
                Deadlines = [.. deadlines.Select(deadline => new ProceduralDeadline
                {
                    Id = deadline.Id, Title = LocalisedText.Of("zh", deadline.Id), WorkingDays = deadline.Days,
                    ExtensionWorkingDays = deadline.More, Basis = "sample",
                })],
            },
        };
    }

    private async Task CasesAsync()
    {
        for (var left = _random.Next(2, 9); left > 0; left--)
        {
            var open = _cases.Where(each => !each.Value.IsOver).Select(each => each.Key).ToList();
            if (open.Count == 0 || _random.Next(3) == 0)
                await OpenCaseAsync();
            else
                await StepCaseAsync(_random.Next(8) == 0 ? PickCase(_cases.Keys) : PickCase(open));
        }
    }

    private CaseNumber PickCase(IEnumerable<CaseNumber> numbers)
    {
        var all = numbers.OrderBy(number => number.ToString(), StringComparer.Ordinal).ToList();
        return all[_random.Next(all.Count)];
    }

    private async Task OpenCaseAsync()
    {
        var subject = Subjects[_random.Next(Subjects.Length)];
        var known = _heads.Where(head => head.Value.Subject == subject && head.Key.Source != SourceId.Platform)
            .Select(head => head.Key).OrderBy(record => record.ToString(), StringComparer.Ordinal).ToList();
        RecordId Any() => known.Count == 0 || _random.Next(20) == 0
            ? new RecordId(new SourceId("SCJG"), "nothing") : known[_random.Next(known.Count)];
        var command = _random.Next(2) == 0
            ? Command(CaseStep.Submit, Organisation) with
            {
                Kind = CaseKind.Objection, Records = [Any()], Grounds = "error", Declaration = _random.Next(20) > 0,
            }
            : Command(CaseStep.Submit, Organisation) with
            {
                Kind = CaseKind.Repair, Records = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Any()).Distinct()],
                Declaration = _random.Next(20) > 0,
            };
        if (command.Kind == CaseKind.Repair && _random.Next(4) == 0)
            command = command with { Route = "bankruptcy", Ruling = "R" };
        else if (command.Kind == CaseKind.Repair && _random.Next(6) == 0)
            command = Synchronised(command);
        var model = new NaiveCase(command.Kind, subject, command.Records) { Route = command.Route, ResultFrom = Today };
        var refusal = IsKnownSubject(subject) ? RefusalOfOpening(command, subject) : "unknown-record";
        var result = await RetryAsync(async () =>
            await _engine.Cases.OpenAsync(new SubjectId(subject), command, "sim", CancellationToken.None));
        if (Refused(result, refusal, $"{command.Kind} {command.Step}"))
            return;
        var number = result.Case!.Number;
        _cases.Add(number, model);
        if (command.Step == CaseStep.Synchronise)
        {
            foreach (var record in command.Records)
                Mark(number, model, CaseKinds.Repair, record, ("repairedOn", Today));
            model.State = CaseState.Decided;
        }
        else if (command.Kind == CaseKind.Objection)
        {
            model.Disputed = Mark(number, model, CaseKinds.Objection, command.Records[0], ("filedOn", Today));
            model.DisputedOn = Today;
        }

        await TakenAsync(number, model, result);
    }

    private async Task StepCaseAsync(CaseNumber number)
    {
        var model = _cases[number];
        var steps = CaseProcedure.TableOf(model.Kind).Where(line => line.From.Count > 0)
            .Where(line => line.From.Contains(model.State) || _random.Next(12) == 0).ToList();
        if (steps.Count == 0)
            return;
        var step = steps[_random.Next(steps.Count)].Step;
        var by = step switch
        {
            CaseStep.Answer => Department(model.Records[0].Source.Value),
            CaseStep.Withdraw or CaseStep.Review or CaseStep.Complete => Organisation,
            _ when _random.Next(15) == 0 => Organisation,
            CaseStep.Decide when model.Kind == CaseKind.Repair => Department(Pick(Sources)),
            _ => Platform,
        };
        var command = Command(step, by) with
        {
            Reason = _random.Next(20) == 0 ? null : "why", Upheld = step == CaseStep.Answer ? true : null,
        };
        if (step == CaseStep.Decide)
            command = Decided(model, command);
        var refusal = RefusalOf(model, command);
        var isTwice = refusal is null && step == CaseStep.Decide && model.Kind == CaseKind.Objection && _random.Next(3) == 0;
        if (isTwice)
            _faultsLeft = 0;
        var second = isTwice ? ActAsync(number, command with { Operation = NextOperation() }) : null;
        var result = await ActAsync(number, command);
        if (second is not null)
        {
            var other = await second;
            if (other.Case is null == result.Case is null)
                throw new InvalidOperationException($"{number}: of two decisions {(result.Case is null ? "none" : "both")} succeeded");
            result = result.Case is null ? other : result;
        }

        if (Refused(result, refusal, $"{number} {model.State} {step} {command.Outcome}"))
            return;
        Apply(number, model, command);
        await TakenAsync(number, model, result);
    }

    private Task<CaseResult> ActAsync(CaseNumber number, CaseCommand command) =>
        RetryAsync(async () => await _engine.Cases.ActAsync(number, command, "sim", CancellationToken.None));

    private CaseCommand Decided(NaiveCase model, CaseCommand command)
    {
        if (model.Kind == CaseKind.Repair)
        {
            return command with
            {
                Records = [model.Records[_random.Next(model.Records.Count)]],
                Outcome = _random.Next(3) == 0 ? CaseOutcome.Refused : CaseOutcome.Granted,
            };
        }

        var record = model.Records[0];
        var head = _heads[record];
        if (head is not { Kind: "penalty", Withdrawn: false } || _random.Next(3) > 0)
        {
            CaseOutcome[] outcomes = [CaseOutcome.Rejected, CaseOutcome.Deleted, CaseOutcome.PublicityEnded];
            return command with { Outcome = outcomes[_random.Next(outcomes.Length)] };
        }

        var old = JsonNode.Parse(head.Content[(head.Content.IndexOf('|', StringComparison.Ordinal) + 1)..])!["fine"];
        return command with
        {
            Outcome = CaseOutcome.Corrected,
            Changes = [new CaseChange("fine", Element(old), Element(JsonValue.Create(
                _random.Next(0, 400_000).ToString(CultureInfo.InvariantCulture))))],
        };

        static JsonElement? Element(JsonNode? node) => node is null ? null : JsonSerializer.SerializeToElement(node);
    }

    /// <summary>Effects of a step, in the order in which they are appended.</summary>
    private void Apply(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var record = command.Records is [var named] ? named : model.Records[0];
        switch (command.Step)
        {
            case CaseStep.Suspend:
                model.Suspended = Mark(number, model, CaseKinds.Objection, record, ("filedOn", Today), ("suspendedOn", Today));
                model.SuspendedOn = Today;
                break;
            case CaseStep.Resume:
                EndSuspension(number, model);
                break;
            case CaseStep.Review:
                model.Disputed = Mark(number, model, CaseKinds.Objection, record, ("filedOn", Today));
                model.DisputedOn = Today;
                break;
            case CaseStep.Withdraw when model.Kind == CaseKind.Objection:
                EndMarks(number, model);
                break;
            case CaseStep.Decide when model.Kind == CaseKind.Objection:
                DecideObjection(number, model, command, record);
                EndMarks(number, model);
                break;
            case CaseStep.Decide when command.Outcome == CaseOutcome.Granted && model.Route is not null:
                model.Plans[record] = (Mark(number, model, CaseKinds.Plan, record, ("approvedOn", Today)), Today);
                break;
            case CaseStep.Decide when command.Outcome == CaseOutcome.Granted:
                Mark(number, model, CaseKinds.Repair, record, ("repairedOn", Today));
                break;
            case CaseStep.Fulfil:
                foreach (var granted in model.Records.Where(each => model.Plans.ContainsKey(each) && !_heads[each].Withdrawn))
                    Mark(number, model, CaseKinds.Repair, granted, ("repairedOn", Today));
                break;
            case CaseStep.Fail:
                EndPlans(number, model);
                break;
            case CaseStep.Ban:
                model.BannedUntil = Today.AddYears(1);
                EndPlans(number, model);
                break;
            case CaseStep.Withdraw:
                EndPlans(number, model);
                break;
        }

        Move(model, command);
    }

    private void DecideObjection(CaseNumber number, NaiveCase model, CaseCommand command, RecordId record)
    {
        var head = _heads[record];
        if (command.Outcome == CaseOutcome.PublicityEnded)
            Mark(number, model, CaseKinds.PublicityEnd, record, ("endedOn", Today));
        if (command.Outcome == CaseOutcome.Deleted && !head.Withdrawn)
            Made(record, head.Revision + 1, head.Kind, head.Subject, null);
        if (command.Outcome == CaseOutcome.Corrected)
        {
            var data = JsonNode.Parse(head.Content[(head.Content.IndexOf('|', StringComparison.Ordinal) + 1)..])!.AsObject();
            data["fine"] = JsonNode.Parse(command.Changes[0].New!.Value.GetRawText());
            Made(record, head.Revision + 1, head.Kind, head.Subject, data);
        }
    }

    private void EndPlans(CaseNumber number, NaiveCase model)
    {
        if (model.State == CaseState.Closed)
            return;
        foreach (var (granted, (mark, from)) in model.Plans.OrderBy(plan => plan.Value.Mark))
            Revise(number, mark, 2, CaseKinds.Plan, granted, ("approvedOn", from), ("endedOn", Today));
    }

    private void EndMarks(CaseNumber number, NaiveCase model)
    {
        var isFirst = model.Suspended > model.Disputed;
        if (isFirst)
            EndDispute(number, model);
        EndSuspension(number, model);
        if (!isFirst)
            EndDispute(number, model);
    }

    private void EndDispute(CaseNumber number, NaiveCase model)
    {
        if (model.Disputed > 0)
            Revise(number, model.Disputed, 2, CaseKinds.Objection, model.Records[0], ("filedOn", model.DisputedOn), ("closedOn", Today));
        model.Disputed = 0;
    }

    private void EndSuspension(CaseNumber number, NaiveCase model)
    {
        if (model.Suspended > 0)
        {
            Revise(number, model.Suspended, 2, CaseKinds.Objection, model.Records[0], ("filedOn", model.SuspendedOn),
                ("suspendedOn", model.SuspendedOn), ("closedOn", Today));
        }

        model.Suspended = 0;
    }

    private int Mark(CaseNumber number, NaiveCase model, string kind, RecordId target, params (string Field, DateOnly Date)[] dates)
    {
        Revise(number, ++model.Marks, 1, kind, target, dates);
        return model.Marks;
    }

    private void Revise(
        CaseNumber number, int mark, int revision, string kind, RecordId target, params (string Field, DateOnly Date)[] dates)
    {
        var data = new JsonObject { ["targetSource"] = target.Source.Value, ["targetId"] = target.Id };
        foreach (var (field, date) in dates)
            data[field] = Text(date);
        Made(number.Mark(mark), revision, kind, _cases[number].Subject, data);
    }

    /// <summary>A revision that the model says the step has made.</summary>
    private void Made(RecordId record, int revision, string kind, string subject, JsonObject? data)
    {
        var line = new JsonObject
        {
            ["id"] = record.Id, ["revision"] = revision, ["op"] = data is null ? "withdraw" : "put", ["subject"] = subject, ["kind"] = kind,
        };
        if (data is not null)
            line["data"] = data;
        var read = _reader.Read(Encoding.UTF8.GetBytes(line.ToJsonString()), record.Source, Today);
        if (read.Event is not { } e || Expect(e) is not "accepted")
            throw new InvalidOperationException($"the model's own {line.ToJsonString()} is refused: {read.Rejection?.Code}");
    }

    /// <summary>Whether it was refused as the model says; anything else is a difference.</summary>
    private bool Refused(CaseResult result, string? expected, string what)
    {
        if (result.Rejection?.Code != expected)
        {
            throw new InvalidOperationException(
                $"{what} on {Today:O}: expected {expected ?? "taken"}, got {result.Rejection?.Code ?? "taken"} {result.Rejection?.Found}");
        }

        StepsRefused += expected is null ? 0 : 1;
        return expected is not null;
    }

    /// <summary>The case's own revision, as the journal has it, after its effects.</summary>
    private async Task TakenAsync(CaseNumber number, NaiveCase model, CaseResult result)
    {
        StepsTaken++;
        model.Revision++;
        var entry = (await RetryAsync(async () => await _store.Journal.ReadRevisionsAsync(
            [new RecordRevision(number.Record, model.Revision)], CancellationToken.None))).Single();
        var file = CaseFile.OfPayload(entry.Payload.Span);
        if (file.State != model.State || file.IsOpen == model.IsOver || result.Case!.Revision != model.Revision)
        {
            throw new InvalidOperationException(
                $"{number} is {file.State} at {result.Case!.Revision}, the model has {model.State} at {model.Revision}");
        }

        _heads[number.Record] = (model.Subject, CaseKinds.Case, model.Revision, "", 0, false);
        _accepted.Add((
            model.Subject,
            new ModelEvent(number.Record, model.Revision, EventOp.Put, CaseKinds.Case, _reader.FactsOf(CaseKinds.Case, entry.Payload.Span)),
            entry.Payload));
        var heads = await RetryAsync(async () => await _store.Subjects.ShardsAsync(CancellationToken.None));
        var token = new Token(_store.Incarnation, _time.Now, heads.Select(status => (status.Shard, status.Head)));
        _tokens.Add((token, _accepted.Count));
        await CompareAsync(model.Subject, $"after {number}", Consistency.AtLeast(token));
    }

    /// <summary>The due list has the open cases and no other, and made anew it is the same.</summary>
    private async Task CompareDueListAsync()
    {
        _faultsLeft = 0;
        var kept = await DueListAsync();
        var open = _cases.Where(each => !each.Value.IsOver).Select(each => each.Key.ToString()).Order(StringComparer.Ordinal);
        var listed = kept.Where(row => row.Source.Length == 0).Select(row => row.Case.ToString()).Order(StringComparer.Ordinal);
        if (!open.SequenceEqual(listed))
            throw new InvalidOperationException($"due list: [{string.Join(", ", listed)}], open are [{string.Join(", ", open)}]");
        foreach (var number in _cases.Keys)
            await _store.Deadlines.ReplaceAsync(number, [], CancellationToken.None);
        await _engine.Cases.RebuildDeadlinesAsync(CancellationToken.None);
        if (!kept.SequenceEqual(await DueListAsync()))
            throw new InvalidOperationException("the due list made anew is another one");
    }

    private async Task<List<DeadlineRow>> DueListAsync()
    {
        var rows = new List<DeadlineRow>();
        foreach (var kind in CaseProcedure.Kinds)
        {
            foreach (var source in Sources.Append("platform").Append(""))
            {
                rows.AddRange(await _store.Deadlines.ListAsync(
                    new DeadlineQuery(kind, source, null, null, null, 201), CancellationToken.None));
            }
        }

        return rows;
    }

    private DateOnly Today => _rulebook.DateAt(_time.Now);

    private static CaseActor Department(string source) => new(false, false, source);

    private bool IsKnownSubject(string subject) => _accepted.Exists(pair => pair.Subject == subject);

    private CaseCommand Command(CaseStep step, CaseActor actor) => new() { Step = step, Actor = actor, Operation = NextOperation() };

    private CaseCommand Synchronised(CaseCommand command) => command with
    {
        Step = CaseStep.Synchronise, Actor = Platform, Origin = new CaseOrigin("site", "number", Today),
    };

    private string NextOperation() => "op-" + string.Concat($"{++_operations}".Select(digit => (char)(digit + 49)));
}
