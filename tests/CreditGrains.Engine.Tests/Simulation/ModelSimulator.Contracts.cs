using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// Contracts: a case and a record in the first party's file, and a record in the other's that comes by itself, at once or, after faults
/// and crashes, later.
/// </summary>
internal sealed partial class ModelSimulator
{
    private const string Unknown = "91110105MA00005673";

    /// <summary>Records of contracts that the other party's file has refused.</summary>
    public int MirrorsRefused { get; private set; }

    private CaseCommand ContractDrawn(string subject)
    {
        var facts = new Dictionary<string, string>();
        if (!Rarely(20))
            facts["contractNumber"] = string.Create(CultureInfo.InvariantCulture, $"合同{_random.Next(9)}");
        if (!Rarely(20))
            facts[CaseFacts.Party] = Rarely(15) ? subject : Rarely(20) ? Unknown : Pick([.. Subjects.Where(each => each != subject)]);
        if (Rarely(2))
            facts["amount"] = _random.Next(1, 90).ToString(CultureInfo.InvariantCulture);
        if (Rarely(2))
            facts["subjectMatter"] = "供货";
        if (_random.Next(3) > 0)
            facts[CaseFacts.DueOn] = Text(Rarely(20) ? new DateOnly(1899, 12, 31) : Today.AddDays(_random.Next(-5, 50)));
        if (Rarely(30))
            facts["colour"] = "red";
        return Command(CaseStep.Submit, Rarely(20) ? Organisation : Rarely(20) ? Platform : Department(Pick(Sources))) with
        {
            Kind = CaseKind.Contract, Facts = facts,
        };
    }

    /// <summary>
    /// A department has used the id that a contract's record in the other party's file will have, for a third organisation: that file
    /// refuses the record for as long as it lacks one, and the case says why.
    /// </summary>
    private async Task UseMirrorIdAsync(CaseCommand command, string subject)
    {
        if (command.Actor.Source is not { } source || !Sources.Contains(source))
            return;
        var id = string.Create(CultureInfo.InvariantCulture, $"HT-{Today:yyyyMMdd}-{_cases.Count:D6}-2");
        var third = Pick([.. Subjects.Where(each => each != subject && each != command.Fact(CaseFacts.Party))]);
        await SubmitAsync(new SourceId(source), [Event(id, 1, third, new SourceId(source), "contract").ToJsonString()]);
    }

    private bool IsUsedElsewhere(RecordId mirror, NaiveCase model) =>
        _heads.TryGetValue(mirror, out var head) && head.Subject != model.Facts["party"];

    private RecordId MirrorOf(CaseNumber number, NaiveCase model) => new(new SourceId(model.Body!), number + "-2");

    private string? RefusalOfContract(CaseCommand command, string subject)
    {
        if (command.Facts.ContainsKey("colour"))
            return "unknown-field";
        if (command.Fact("contractNumber") is null || command.Fact(CaseFacts.Party) is not { } party)
            return "required";
        if (party == subject)
            return "unknown-party";
        if (command.Fact(CaseFacts.DueOn) is "1899-12-31")
            return "out-of-range";
        if (!_areContractsKeyed)
            return null;
        var data = new JsonObject
        {
            ["contractNumber"] = command.Fact("contractNumber"), ["result"] = "performed", ["statusOn"] = Text(Today),
        };
        var e = Read(new RecordId(new SourceId("SCJG"), "new"), 1, "contract", subject, data).Event!;
        if (!IsTaken(e))
            return null;
        var holders = _heads.Where(head => !head.Value.Withdrawn && head.Value.NaturalKey == e.NaturalKey).Select(head => head.Key);
        return _cases.Values.Any(each => each.Made is { } made && holders.Contains(made) && !each.IsOver)
            ? "case-open" : "duplicate-record";
    }

    private void BeginContract(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        model.State = CaseState.InPerformance;
        model.Body = command.Actor.Source;
        foreach (var (fact, value) in command.Facts)
            model.Facts[fact] = value;
        (model.Facts["result"], model.Facts["statusOn"]) = ("in-performance", Text(Today));
        model.Made = new RecordId(new SourceId(model.Body!), number.ToString());
        Made(model.Made.Value, 1, "contract", model.Subject, ContractAs(model, model.Subject, model.Facts["party"]));
        if (model.Facts.ContainsKey("dueOn"))
            StartDated(model, "contract-due", DateOfFact(model, "dueOn"));
        AwaitMirror(model);
    }

    private void AwaitMirror(NaiveCase model)
    {
        model.IsMirrorAwaited = true;
        Start(model, "contract-mirror", "platform");
    }

    /// <summary>The contract as one party's file has it: only the party in breach is in breach.</summary>
    private static JsonObject ContractAs(NaiveCase model, string own, string other)
    {
        var data = new JsonObject { ["counterparty"] = other };
        string[] facts = ["contractNumber", "subjectMatter", "amount", "dueOn", "result", "statusOn", "breachReason", "basis"];
        foreach (var field in facts)
        {
            if (model.Facts.TryGetValue(field, out var value))
                data[field] = value;
        }

        if (model.Facts.TryGetValue("breachParty", out var breaching) && breaching != own)
            data["result"] = "counterparty-breached";
        return data;
    }

    private CaseCommand ContractStepDrawn(NaiveCase model, CaseCommand command)
    {
        if (command.Step == CaseStep.Mirror)
            return command with { IfRevision = null };
        if (command.Step != CaseStep.Breach)
            return command;
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.BreachParty] = Rarely(12) ? Unknown : Pick(model.Subject, model.Facts["party"]),
        };
        if (!Rarely(12))
            facts[CaseFacts.BreachReason] = "逾期";
        if (!Rarely(12))
            facts[CaseFacts.Basis] = "判决";
        return command with
        {
            Facts = facts,
            Outcome = Rarely(20) ? CaseOutcome.Granted : Rarely(2) ? CaseOutcome.Breached : CaseOutcome.SeriouslyBreached,
        };
    }

    private string? RefusalOfContract(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Mirror when !model.IsMirrorAwaited:
                return "case-state";
            case CaseStep.Mirror:
                var mirror = MirrorOf(number, model);
                return IsUsedElsewhere(mirror, model) && MirrorLacking(mirror, model) is not null ? "subject-changed" : null;
            case CaseStep.Breach:
                if (command.Fact(CaseFacts.BreachParty) is not { } party || (party != model.Subject && party != model.Facts["party"]))
                    return "unknown-party";
                if (command.Fact(CaseFacts.BreachReason) is null || command.Fact(CaseFacts.Basis) is null)
                    return "required";
                return IsGone(model.Made) ? "record-withdrawn" : null;
            case CaseStep.Perform:
                return IsGone(model.Made) ? "record-withdrawn" : null;
            default:
                return null;
        }
    }

    private void ApplyToContract(NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Perform:
                (model.Facts["result"], model.Facts["statusOn"]) = ("performed", Text(Today));
                Revised(model.Made!.Value, WithState(ContentOf(model.Made.Value), ContractAs(model, model.Subject, ""), isBreach: false));
                model.State = CaseState.Performed;
                End(model, "contract-due");
                AwaitMirror(model);
                break;
            case CaseStep.Breach:
                model.Facts["breachParty"] = command.Fact(CaseFacts.BreachParty)!;
                (model.Facts["breachReason"], model.Facts["basis"]) = ("逾期", "判决");
                model.Facts["result"] = command.Outcome == CaseOutcome.Breached ? "breached" : "seriously-breached";
                model.Facts["statusOn"] = Text(Today);
                Revised(model.Made!.Value, WithState(ContentOf(model.Made.Value), ContractAs(model, model.Subject, ""), isBreach: true));
                model.State = CaseState.Breached;
                End(model, "contract-due");
                AwaitMirror(model);
                break;
            case CaseStep.Withdraw:
                if (!IsGone(model.Made))
                    Revised(model.Made!.Value, null);
                model.State = CaseState.Withdrawn;
                End(model, "contract-due");
                AwaitMirror(model);
                break;
            case CaseStep.Close:
                model.State = CaseState.Closed;
                break;
        }
    }

    /// <summary>A record's content with the state of the contract; its terms stay as the record has them, corrected or not.</summary>
    private static JsonObject WithState(JsonObject data, JsonObject state, bool isBreach)
    {
        foreach (var field in isBreach ? (string[])["result", "statusOn", "breachReason", "basis"] : ["result", "statusOn"])
        {
            data.Remove(field);
            if (state[field] is { } value)
                data[field] = value.DeepClone();
        }

        return data;
    }

    /// <summary>The next revision of the other party's record; null where it lacks nothing.</summary>
    private (int Revision, JsonObject? Data)? MirrorLacking(RecordId record, NaiveCase model)
    {
        var revisions = _accepted.Where(each => each.Event.Record == record && each.Subject == model.Facts["party"]).ToList();
        var isWithdrawn = model.State == CaseState.Withdrawn;
        var wanted = ContractAs(model, model.Facts["party"], model.Subject);
        if (revisions.Count == 0)
            return isWithdrawn ? null : (1, wanted);
        var next = _heads[record].Revision + 1;
        if (_heads[record].Withdrawn)
            return null;
        if (isWithdrawn)
            return (next, null);
        var has = revisions.Where(each => each.Event.Op == EventOp.Put).Select(each => JsonNode.Parse(each.Payload.Span)!).Any(known =>
            (string?)known["result"] == (string?)wanted["result"] && (string?)known["statusOn"] == (string?)wanted["statusOn"]);
        return has ? null : (next, WithState(ContentOf(record), wanted, isBreach: true));
    }

    /// <summary>
    /// Takes over what has become of the other party's record: all of it where nothing has failed, else as far as the journal has it.
    /// </summary>
    private async Task FollowMirrorAsync(CaseNumber number, NaiveCase model, bool isDue)
    {
        if (!model.IsMirrorAwaited)
            return;
        var record = MirrorOf(number, model);
        if (MirrorLacking(record, model) is { } lacking)
        {
            if (IsUsedElsewhere(record, model))
            {
                if (model.IsMirrorRefused || !await IsThereAsync(number.Record, model.Revision + 1, isDue))
                    return;
                model.IsMirrorRefused = true;
                MirrorsRefused++;
                await TakenAsync(number, model, CaseStep.Mirror, null);
                return;
            }

            if (!await IsThereAsync(record, lacking.Revision, isDue))
                return;
            Made(record, lacking.Revision, "contract", model.Facts["party"], lacking.Data);
            await CompareMadeAsync();
            await CompareAtHeadAsync(model.Facts["party"], $"after the other side of {number}", isMoreToCome: true);
        }

        if (!await IsThereAsync(number.Record, model.Revision + 1, isDue))
            return;
        (model.IsMirrorAwaited, model.IsMirrorRefused) = (false, false);
        End(model, "contract-mirror");
        await TakenAsync(number, model, CaseStep.Mirror, null);
    }

    private async Task<bool> IsThereAsync(RecordId record, int revision, bool mustBe)
    {
        var found = await RetryAsync(async () => await _store.Journal.ReadRevisionsAsync(
            [new RecordRevision(record, revision)], CancellationToken.None));
        return found.Count > 0 ? true : !mustBe ? false
            : throw new InvalidOperationException($"{record} has no revision {revision} though nothing has failed");
    }

    /// <summary>The platform's own round over what is awaited.</summary>
    private async Task MirrorPendingAsync()
    {
        var (isDue, awaited) = (_faultsLeft <= 0, _cases.Where(each => each.Value.IsMirrorAwaited).ToList());
        await RetryAsync(async () => await _engine.Cases.MirrorPendingAsync(CancellationToken.None));

        // All are written by now: answers are compared when the model knows of all.
        _isRoundUnread = true;
        foreach (var (number, model) in awaited)
            await FollowMirrorAsync(number, model, isDue);
        _isRoundUnread = false;
        foreach (var subject in awaited.SelectMany(each => (string[])[each.Value.Subject, each.Value.Facts["party"]]).Distinct())
            await CompareAtHeadAsync(subject, "after a round over contracts", isMoreToCome: false);
    }
}
