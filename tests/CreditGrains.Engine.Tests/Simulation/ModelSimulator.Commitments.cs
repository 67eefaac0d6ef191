using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Commitments: signed, accepted, due, assessed, rectified or breached.</summary>
internal sealed partial class ModelSimulator
{
    private CaseCommand CommitmentDrawn()
    {
        var item = Pick("food", "papers");
        var text = item == "food" ? SimulatedProcedures.FoodText : SimulatedProcedures.PapersText;
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.Matter] = Rarely(20) ? "nothing" : Rarely(2) ? item : item == "food" ? "食品经营" : "补交材料",
            [CaseFacts.Type] = Rarely(20) ? "voluntary" : item == "food" ? Pick("approval", "审批替代", "审批替代型") : "tolerance",
            [CaseFacts.Text] = Rarely(15) ? text + "。" : Rarely(3) ? text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\n" : text,
            [CaseFacts.AcceptedBy] = Rarely(20) ? "nobody" : Rarely(2) ? SimulatedProcedures.Organs[Pick(Sources)] : Pick("SCJG", "FY"),
        };
        if (!Rarely(20))
        {
            facts[CaseFacts.DueOn] = Text(Rarely(20) ? new DateOnly(2064, 12, 31) : Today.AddDays(Rarely(15) ? 0 : Rarely(4)
                ? _random.Next(20, 90) : _random.Next(1, 15)));
        }

        return Command(CaseStep.Submit, Rarely(20) ? Platform : Rarely(20) ? Department("SCJG") : Organisation) with
        {
            Kind = CaseKind.Commitment, Facts = facts,
        };
    }

    private static string? ItemOf(string? matter) => matter switch
    {
        "food" or "食品经营" => "food",
        "papers" or "补交材料" => "papers",
        _ => null,
    };

    private string? RefusalOfCommitment(CaseCommand command)
    {
        if (ItemOf(command.Fact(CaseFacts.Matter)) is not { } item)
            return "unknown-commitment";
        var type = command.Fact(CaseFacts.Type);
        if (item == "food" ? type is not ("approval" or "审批替代" or "审批替代型") : type is not "tolerance")
            return "not-in-code-list";
        var shown = item == "food" ? SimulatedProcedures.FoodText : SimulatedProcedures.PapersText;
        if (command.Fact(CaseFacts.Text)!.Replace("\r", "", StringComparison.Ordinal).TrimEnd('\n') != shown)
            return "text-differs";
        if (BodyOf(command.Fact(CaseFacts.AcceptedBy)) is not { } body)
            return "unknown-body";
        if (item == "food" && body == "SW")
            return "not-the-deciding-body";
        if (command.Fact(CaseFacts.DueOn) is not { } text)
            return "required";
        var due = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return due <= Today ? "out-of-range" : Unreachable(due, "commitment-check");
    }

    private void BeginCommitment(NaiveCase model, CaseCommand command)
    {
        var item = ItemOf(command.Fact(CaseFacts.Matter))!;
        model.Body = BodyOf(command.Fact(CaseFacts.AcceptedBy));
        model.Facts["item"] = item;
        model.Facts["dueOn"] = command.Fact(CaseFacts.DueOn)!;
        model.Facts["madeOn"] = Text(Today);
        Start(model, "commitment-accept", model.Body!);
    }

    private CaseCommand CommitmentStepDrawn(CaseCommand command)
    {
        if (command.Step != CaseStep.Assess)
            return command;
        var facts = new Dictionary<string, string>();
        if (!Rarely(12))
            facts[CaseFacts.NotPerformed] = "未补齐";
        if (Rarely(2))
            facts[CaseFacts.Basis] = "认定书";
        if (Rarely(2))
            facts[CaseFacts.Consequences] = "记入档案";
        return command with
        {
            Facts = facts,
            Outcome = Rarely(20) ? CaseOutcome.Granted : _random.Next(3) switch
            {
                0 => CaseOutcome.Full,
                1 => CaseOutcome.Partial,
                _ => CaseOutcome.None,
            },
        };
    }

    private string? RefusalOfCommitment(NaiveCase model, CaseCommand command)
    {
        var due = DateOfFact(model, "dueOn");
        switch (command.Step)
        {
            case CaseStep.Accept:
                return Today > due ? "case-state" : null;
            case CaseStep.Assess when command.Outcome == CaseOutcome.Full:
                return IsGone(model.Made) ? "record-withdrawn" : null;
            case CaseStep.Assess:
                if (model.Running.Any(clock => clock.Clock is "commitment-due" or "commitment-rectify" && Today <= clock.Due))
                    return "commitment-not-due";
                return command.Fact(CaseFacts.NotPerformed) is null ? "required" : IsGone(model.Made) ? "record-withdrawn" : null;
            case CaseStep.Close when model.State is CaseState.Accepted or CaseState.Supervised or CaseState.Rectifying:
                return IsGone(model.Made) ? null : "case-state";
            case CaseStep.Withdraw when model.State != CaseState.Submitted:
                return Today > due ? "case-state" : null;
            default:
                return null;
        }
    }

    private void ApplyToCommitment(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Accept:
                var isFood = model.Facts["item"] == "food";
                var organ = SimulatedProcedures.Organs[model.Body!];
                model.Made = new RecordId(new SourceId(model.Body!), number.ToString());
                Made(model.Made.Value, 1, "commitment", model.Subject, new JsonObject
                {
                    ["number"] = organ[2..8] + number.ToString()[3..].Replace("-", "", StringComparison.Ordinal),
                    ["matter"] = isFood ? "食品经营" : "补交材料",
                    ["text"] = isFood ? SimulatedProcedures.FoodText : SimulatedProcedures.PapersText,
                    ["madeOn"] = model.Facts["madeOn"],
                    ["statusOn"] = Text(Today),
                    ["dueOn"] = model.Facts["dueOn"],
                    ["result"] = "open",
                    ["acceptedBy"] = organ,
                    ["disclosure"] = isFood ? "public" : "limited",
                });
                model.State = CaseState.Accepted;
                End(model, "commitment-accept");
                StartDated(model, "commitment-due", DateOfFact(model, "dueOn"));
                Start(model, "commitment-check", model.Body!, DateOfFact(model, "dueOn"));
                break;
            case CaseStep.Supervise:
                model.State = CaseState.Supervised;
                break;
            case CaseStep.Assess:
                Assess(model, command);
                End(model);
                break;
            case CaseStep.Rectify:
                model.State = CaseState.Rectifying;
                Start(model, "commitment-rectify", "subject");
                break;
            case CaseStep.Close:
                model.State = CaseState.Closed;
                End(model);
                break;
            case CaseStep.Withdraw:
                if (!IsGone(model.Made))
                    Revised(model.Made!.Value, null);
                model.State = CaseState.Withdrawn;
                End(model);
                break;
        }
    }

    /// <summary>The fields that an assessment determines; every other one stays as the record has it.</summary>
    private void Assess(NaiveCase model, CaseCommand command)
    {
        var isFull = command.Outcome == CaseOutcome.Full;
        var data = ContentOf(model.Made!.Value);
        foreach (var field in (string[])["notPerformed", "basis", "consequences"])
            data.Remove(field);
        data["result"] = isFull ? "performed" : command.Outcome == CaseOutcome.Partial ? "partly-performed" : "breached";
        data["statusOn"] = Text(Today);
        data["determinedBy"] = SimulatedProcedures.Organs[model.Body!];
        if (!isFull)
        {
            data["notPerformed"] = command.Fact(CaseFacts.NotPerformed);
            if (command.Fact(CaseFacts.Basis) is { } basis)
                data["basis"] = basis;
            data["consequences"] = command.Fact(CaseFacts.Consequences) ?? (model.Facts["item"] == "food" ? "撤销许可" : "终止办理");
        }

        Revised(model.Made.Value, data);
        model.State = isFull ? CaseState.Performed : CaseState.Breached;
    }
}
