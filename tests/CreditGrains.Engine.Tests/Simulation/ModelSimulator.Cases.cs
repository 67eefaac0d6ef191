using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// Cases: random steps, good and bad, against <see cref="NaiveCase"/>. What a step does is told by the model and comes into its list of
/// events, so that every later answer, as of any day and known at any token, shows whether the engine did the same.
/// </summary>
internal sealed partial class ModelSimulator
{
    private static readonly CaseActor Platform = new(true, false, null), Organisation = new(false, true, null);

    private readonly Dictionary<CaseNumber, NaiveCase> _cases = [];

    /// <summary>Revisions that the step at hand has made, as the model has them.</summary>
    private readonly List<RecordEvent> _made = [];

    /// <summary>Kinds that this run drives most, so that cases of them come to their ends.</summary>
    private CaseKind[] _driven = [];
    private bool _isMirrorDue, _isRoundUnread;
    private int _operations;

    /// <summary>Steps that were taken, by kind.</summary>
    public Dictionary<CaseKind, int> StepsTaken { get; } = NaiveProcedures.Kinds.ToDictionary(kind => kind, _ => 0);

    /// <summary>Steps that were refused, with the code that the model says, by kind.</summary>
    public Dictionary<CaseKind, int> StepsRefused { get; } = NaiveProcedures.Kinds.ToDictionary(kind => kind, _ => 0);

    /// <summary>Steps in the middle of which the process ended.</summary>
    public int StepsInterrupted { get; private set; }

    private DateOnly Today => _rulebook.DateAt(_time.Now);

    private async Task CasesAsync()
    {
        for (var left = _random.Next(3, 10); left > 0; left--)
        {
            if (Rarely(8))
                _time.Now = _time.Now.AddDays(_random.Next(1, 8)).AddHours(_random.Next(0, 24));
            else if (Rarely(4) && GoToBoundary() is { } number)
            {
                await StepCaseAsync(number);
                continue;
            }

            var live = _cases.Where(each => !each.Value.IsOver || each.Value.State is CaseState.Listed or CaseState.Verified
                or CaseState.Performed).Select(each => each.Key).ToList();
            if (Rarely(12))
                await MirrorPendingAsync();
            if (live.Count == 0 || _random.Next(3) == 0)
                await OpenCaseAsync();
            else
                await StepCaseAsync(_random.Next(8) == 0 ? PickCase(_cases.Keys) : PickCase(live));
        }
    }

    /// <summary>Lets days pass up to one on which a rule turns for a case, or a day beside it; null where none lies ahead.</summary>
    private CaseNumber? GoToBoundary()
    {
        var ahead = _cases.SelectMany(each => TurnsOf(each.Value).SelectMany(day => (DateOnly[])[day.AddDays(-1), day, day.AddDays(1)])
                .Where(day => day > Today && day <= Today.AddDays(60)).Select(day => (Number: each.Key, Day: day)))
            .OrderBy(each => each.Number.ToString(), StringComparer.Ordinal).ThenBy(each => each.Day).ToList();
        if (ahead.Count == 0)
            return null;
        var (number, to) = ahead[_random.Next(ahead.Count)];
        _time.Now = _time.Now.AddDays(to.DayNumber - Today.DayNumber);
        return number;
    }

    private IEnumerable<DateOnly> TurnsOf(NaiveCase model)
    {
        foreach (var clock in model.Running)
            yield return clock.Due;
        if (model.Until is { } until && model.StateOn(Today) != model.StateOn(until))
            yield return until;
        if (model.State == CaseState.Listed)
            yield return DateOfFact(model, "listedOn").AddMonths(_rulebook.Procedures.Lists[model.Facts["list"]].MonthsMin);
    }

    private CaseNumber PickCase(IEnumerable<CaseNumber> numbers)
    {
        var all = numbers.OrderBy(number => number.ToString(), StringComparer.Ordinal).ToList();
        return all[_random.Next(all.Count)];
    }

    private async Task OpenCaseAsync()
    {
        var subject = Pick(Subjects);
        var kind = Rarely(8) ? NaiveProcedures.Kinds[_random.Next(NaiveProcedures.Kinds.Count)] : _driven[_random.Next(_driven.Length)];
        var command = kind switch
        {
            CaseKind.Objection => ObjectionDrawn(subject),
            CaseKind.Repair => RepairDrawn(subject),
            CaseKind.Listing => ListingDrawn(),
            CaseKind.Commitment => CommitmentDrawn(),
            CaseKind.Declaration => DeclarationDrawn(),
            _ => ContractDrawn(subject),
        };
        if (kind == CaseKind.Contract && Rarely(8))
            await UseMirrorIdAsync(command, subject);
        var refusal = RefusalOfOpening(command, subject);
        var before = await HeadsAsync();
        var result = await SentAsync(
            command.Kind, () => _engine.Cases.OpenAsync(new SubjectId(subject), command, "sim", CancellationToken.None));
        if (await RefusedAsync(result, refusal, command.Kind, $"{command.Kind} {command.Step} of {subject}", before))
            return;
        var number = result.Case!.Number;
        var model = new NaiveCase(command.Kind, subject, command.Records)
        {
            Route = command.Route, OpenedOn = Today, FiledBy = command.Actor.IsSubject ? 's' : 'd', Key = KeyOf(command),
        };
        _cases.Add(number, model);
        switch (command.Kind)
        {
            case CaseKind.Listing:
                BeginListing(model, command);
                break;
            case CaseKind.Commitment:
                BeginCommitment(model, command);
                break;
            case CaseKind.Declaration:
                BeginDeclaration(model, command);
                break;
            case CaseKind.Contract:
                BeginContract(number, model, command);
                break;
            case CaseKind.Repair when command.Step == CaseStep.Synchronise:
                foreach (var record in command.Records)
                {
                    Mark(number, model, CaseKinds.Repair, record, ("repairedOn", Today));
                    model.Decided[record] = CaseOutcome.Granted;
                }

                model.State = CaseState.Decided;
                break;
            case CaseKind.Repair:
                BeginRepair(model);
                break;
            default:
                Dispute(number, model);
                break;
        }

        await TakenAsync(number, model, command.Step, result);
        await FollowMirrorAsync(number, model, _isMirrorDue);
    }

    private async Task StepCaseAsync(CaseNumber number)
    {
        var model = _cases[number];
        var state = model.StateOn(Today);
        var steps = NaiveProcedures.StepsOf(model.Kind).Where(line => line.From.Contains(state) || Rarely(12)).ToList();
        if (steps.Count == 0)
            return;
        var step = steps[_random.Next(steps.Count)];
        var command = Command(step.Step, Rarely(15) ? AnyActor(model) : ActorOf(model, step)) with { Reason = Rarely(20) ? null : "why" };
        command = model.Kind switch
        {
            CaseKind.Objection => ObjectionStepDrawn(model, command),
            CaseKind.Repair => RepairStepDrawn(model, command),
            CaseKind.Listing => ListingStepDrawn(model, command),
            CaseKind.Commitment => CommitmentStepDrawn(command),
            CaseKind.Declaration => DeclarationStepDrawn(command),
            _ => ContractStepDrawn(model, command),
        };
        if (Rarely(25))
            command = command with { Step = CaseStep.Synchronise };
        if (Rarely(12) && command.Step != CaseStep.Mirror)
            command = command with { IfRevision = model.Revision - (Rarely(2) ? 1 : 0) };
        var refusal = RefusalOf(number, model, command);
        var isTwice = refusal is null && step.Step == CaseStep.Decide && model.Kind == CaseKind.Objection && Rarely(3);
        if (isTwice)
            _faultsLeft = 0;
        var before = await HeadsAsync();
        var second = isTwice ? ActAsync(number, command with { Operation = NextOperation() }) : null;
        var result = isTwice ? await ActAsync(number, command) : await SentAsync(
            command.Step == CaseStep.Mirror ? CaseKind.Objection : model.Kind,
            () => _engine.Cases.ActAsync(number, command, "sim", CancellationToken.None));
        if (second is not null)
        {
            var other = await second;
            if (other.Case is null == result.Case is null)
                throw new InvalidOperationException($"{number}: of two decisions {(result.Case is null ? "none" : "both")} succeeded");
            result = result.Case is null ? other : result;
        }

        var what = $"{number} {state} {step.Step} {command.Outcome} by {command.Actor.Source ?? (command.Actor.IsSubject ? "s" : "p")}";

        // The platform's own attempt on a file that refuses the record is refused too, and the case says why from then on.
        if (refusal == "subject-changed")
            before = "";
        if (await RefusedAsync(result, refusal, model.Kind, what, before))
        {
            if (before.Length == 0)
                await FollowMirrorAsync(number, model, isDue: !model.IsMirrorRefused);
            return;
        }

        if (command.Step == CaseStep.Mirror)
        {
            await FollowMirrorAsync(number, model, isDue: true);
            return;
        }

        Apply(number, model, command);
        await TakenAsync(number, model, command.Step, result);
        await FollowMirrorAsync(number, model, _isMirrorDue);
        if (Rarely(10) && !isTwice)
            await RepeatAsync(number, model, command);
    }

    /// <summary>A command sent once more after its answer is the same step, not another one.</summary>
    private async Task RepeatAsync(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var (before, isDue) = (await HeadsAsync(), _faultsLeft <= 0);
        var again = await ActAsync(number, command);
        if (model.IsMirrorAwaited)
            await FollowMirrorAsync(number, model, isDue);
        else if (again.Case?.Revision != model.Revision || before != await HeadsAsync())
            throw new InvalidOperationException($"{number} {command.Step} sent again: {again.Rejection?.Code} {again.Case?.Revision}");
    }

    private Task<CaseResult> ActAsync(CaseNumber number, CaseCommand command) =>
        RetryAsync(async () => await _engine.Cases.ActAsync(number, command, "sim", CancellationToken.None));

    /// <summary>
    /// Sends a command until it is answered; now and then the process ends at one of the store's calls, before or after its effect, and
    /// the command is sent again to the next one. A contract's step is now and then taken while the other party's file cannot be reached.
    /// </summary>
    private async Task<CaseResult> SentAsync(CaseKind kind, Func<Task<CaseResult>> send)
    {
        _isMirrorDue = _faultsLeft <= 0;
        if (kind == CaseKind.Contract && Rarely(4))
            return await SentCutOffAsync(send);
        if (!Rarely(25))
            return await RetryAsync(async () => await send());
        var left = _random.Next(1, 7);
        var at = Rarely(2) ? FaultPoint.Before : FaultPoint.AfterCommit;
        var isDead = false;
        _store.Fault = (_, point) =>
        {
            if (!isDead && (point != at || Interlocked.Decrement(ref left) > 0))
                return null;
            isDead = true;
            return new StoreException("dies");
        };
        try
        {
            await send();
        }
        catch (StoreException)
        {
        }

        StepsInterrupted += isDead ? 1 : 0;
        await CrashAsync();
        _isMirrorDue = true;
        return await RetryAsync(async () => await send());
    }

    /// <summary>The journal takes one or two appends more and then none until the command is answered.</summary>
    private async Task<CaseResult> SentCutOffAsync(Func<Task<CaseResult>> send)
    {
        _isMirrorDue = false;
        _faultsLeft = 0;
        var left = _random.Next(1, 3);
        _store.Fault = (call, point) => call == "Journal.Append" && point == FaultPoint.Before && Interlocked.Decrement(ref left) < 0
            ? new StoreException("cut off") : null;
        try
        {
            return await RetryAsync(async () => await send());
        }
        finally
        {
            _store.Fault = Strike;
        }
    }

    /// <summary>The party that a step is for.</summary>
    private CaseActor ActorOf(NaiveCase model, NaiveStep step)
    {
        var by = step.Step is CaseStep.Withdraw or CaseStep.Review && step.By.Contains(model.FiledBy, StringComparison.Ordinal)
            ? model.FiledBy : step.By[_random.Next(step.By.Length)];
        return by switch
        {
            's' => Organisation,
            'p' => Platform,
            _ => Department(model.Sources.ElementAt(_random.Next(model.Sources.Count()))),
        };
    }

    private CaseActor AnyActor(NaiveCase model) => _random.Next(4) switch
    {
        0 => Organisation,
        1 => Platform,
        2 => Department(model.Sources.First()),
        _ => Department(Pick([.. Sources, "ZZ"])),
    };

    /// <summary>Effects of a step, in the order in which they are appended, and where it leads.</summary>
    private void Apply(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        switch (model.Kind)
        {
            case CaseKind.Objection:
                ApplyToObjection(number, model, command);
                break;
            case CaseKind.Repair:
                ApplyToRepair(number, model, command);
                break;
            case CaseKind.Listing:
                ApplyToListing(number, model, command);
                break;
            case CaseKind.Commitment:
                ApplyToCommitment(number, model, command);
                break;
            case CaseKind.Declaration:
                ApplyToDeclaration(number, model, command);
                break;
            default:
                ApplyToContract(model, command);
                break;
        }

        if (command.Step == CaseStep.Extend)
            Extend(model, command.Actor);
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

    /// <summary>The next revision of a record that is there: the platform's, by a step.</summary>
    private void Revised(RecordId record, JsonObject? data)
    {
        var head = _heads[record];
        Made(record, head.Revision + 1, head.Kind, head.Subject, data);
    }

    /// <summary>A revision that the model says the step has made; withdrawn for null.</summary>
    private void Made(RecordId record, int revision, string kind, string subject, JsonObject? data)
    {
        var (e, fault) = Read(record, revision, kind, subject, data);
        // The other party may have a contract of the same number with somebody else: its record has no natural key.
        if (e is not null && e.Record.Id.EndsWith("-2", StringComparison.Ordinal))
            e = e with { NaturalKey = 0 };
        if (e is null || Expect(e) is not "accepted")
            throw new InvalidOperationException($"the model's own {record} {data?.ToJsonString()} is refused: {fault}");
        _made.Add(e);
    }

    /// <summary>Why a feed would refuse a revision that a step must write; null when it would take it.</summary>
    private string? Unwritable(RecordId record, int revision, string kind, string subject, JsonObject data)
    {
        var (e, fault) = Read(record, revision, kind, subject, data);
        var isMirror = record.Id.EndsWith("-2", StringComparison.Ordinal);
        return e is null ? fault : !isMirror && IsTaken(e) ? "duplicate-record" : null;
    }

    private (RecordEvent? Event, string? Fault) Read(RecordId record, int revision, string kind, string subject, JsonObject? data)
    {
        var line = new JsonObject
        {
            ["id"] = record.Id, ["revision"] = revision, ["op"] = data is null ? "withdraw" : "put", ["subject"] = subject, ["kind"] = kind,
        };
        if (data is not null)
            line["data"] = data.DeepClone();
        var read = _reader.Read(Encoding.UTF8.GetBytes(line.ToJsonString()), record.Source, Today);
        return (read.Event, read.Rejection?.Code);
    }

    /// <summary>Content of a record's newest revision.</summary>
    private JsonObject ContentOf(RecordId record)
    {
        var content = _heads[record].Content;
        return JsonNode.Parse(content[(content.IndexOf('|', StringComparison.Ordinal) + 1)..])!.AsObject();
    }

    private bool IsGone(RecordId? record) => record is not { } known || !_heads.TryGetValue(known, out var head) || head.Withdrawn;

    private RecordFacts FactsOf(RecordId record) => _accepted.FindLast(pair => pair.Event.Record == record).Event.Facts;

    private static CaseActor Department(string source) => new(false, false, source);

    private bool IsKnownSubject(string subject) => _accepted.Exists(pair => pair.Subject == subject);

    private bool Rarely(int oneIn) => _random.Next(oneIn) == 0;

    private CaseCommand Command(CaseStep step, CaseActor actor) => new() { Step = step, Actor = actor, Operation = NextOperation() };

    private string NextOperation() => "op-" + string.Concat($"{++_operations}".Select(digit => (char)(digit + 49)));
}
