using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Declarations of organisations: verified, refuted, expired before or after.</summary>
internal sealed partial class ModelSimulator
{
    private CaseCommand DeclarationDrawn()
    {
        var code = Pick("qualification", "welfare");
        var facts = new Dictionary<string, string>
        {
            [CaseFacts.Class] = Rarely(20) ? "nothing" : Rarely(2) ? code : code == "welfare" ? "社会公益" : "资质证照",
            [CaseFacts.Text] = Rarely(20) ? "另一文本" : Rarely(3)
                ? SimulatedProcedures.Truth.Replace("\n", "\r\n", StringComparison.Ordinal) : SimulatedProcedures.Truth,
            [CaseFacts.VerifiedBy] = Rarely(20) ? "nobody" : Rarely(4) ? Pick(Sources) : Pick("SCJG", SimulatedProcedures.Organs["SCJG"]),
        };
        if (!Rarely(20))
            facts[CaseFacts.Title] = Rarely(25) ? new string('长', 201) : Pick("甲证", "乙证", "丙证");
        if (!Rarely(20))
            facts[CaseFacts.Content] = "内容";
        if (Rarely(2))
            facts[CaseFacts.Until] = Text(Today.AddDays(Rarely(10) ? 0 : Rarely(10) ? 300 : _random.Next(1, 25)));
        return Command(CaseStep.Submit, Rarely(20) ? Platform : Rarely(20) ? Department("SCJG") : Organisation) with
        {
            Kind = CaseKind.Declaration, Facts = facts, Declaration = !Rarely(20),
        };
    }

    private static string? ClassOf(string? named) => named switch
    {
        "qualification" or "资质证照" => "qualification",
        "welfare" or "社会公益" => "welfare",
        _ => null,
    };

    private string? RefusalOfDeclaration(CaseCommand command)
    {
        if (ClassOf(command.Fact(CaseFacts.Class)) is not { } code)
            return "not-in-code-list";
        if (command.Fact(CaseFacts.Text)!.Replace("\r", "", StringComparison.Ordinal) != SimulatedProcedures.Truth)
            return "text-differs";
        if (command.Fact(CaseFacts.Title) is not { } title)
            return "required";
        if (title.Length > 200)
            return "too-long";
        if (command.Fact(CaseFacts.Content) is null)
            return "required";
        if (BodyOf(command.Fact(CaseFacts.VerifiedBy)) is not { } body)
            return "unknown-body";
        if (code == "qualification" && body != "SCJG")
            return "not-the-deciding-body";
        return EndOfDeclaration(command) is null ? "out-of-range" : null;
    }

    /// <summary>Null for a day that is not after today, or beyond the longest term of its class.</summary>
    private DateOnly? EndOfDeclaration(CaseCommand command)
    {
        var months = _rulebook.Procedures.Declarations!.Classes[ClassOf(command.Fact(CaseFacts.Class))!].MonthsMax;
        var last = Today.AddMonths(months);
        if (command.Fact(CaseFacts.Until) is not { } text)
            return last;
        var until = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return until > Today && until <= last ? until : null;
    }

    private void BeginDeclaration(NaiveCase model, CaseCommand command)
    {
        model.Body = BodyOf(command.Fact(CaseFacts.VerifiedBy));
        model.Until = EndOfDeclaration(command);
        model.Facts["class"] = ClassOf(command.Fact(CaseFacts.Class))!;
        model.Facts["title"] = command.Fact(CaseFacts.Title)!;
        model.Facts["declaredOn"] = Text(Today);
        Start(model, "declaration-verify", model.Body!);
    }

    private CaseCommand DeclarationStepDrawn(CaseCommand command)
    {
        if (command.Step != CaseStep.Decide)
            return command;
        return command with
        {
            Facts = Rarely(2) ? new Dictionary<string, string>() : new Dictionary<string, string> { [CaseFacts.Basis] = "认定书" },
            Outcome = Rarely(20) ? CaseOutcome.Granted : Rarely(3) ? CaseOutcome.Refuted : CaseOutcome.Verified,
        };
    }

    private string? RefusalOfDeclaration(NaiveCase model, CaseCommand command)
    {
        var isExpired = model.StateOn(Today) == CaseState.Expired;
        return command.Step is CaseStep.Withdraw or CaseStep.Close && isExpired && model.Made is not null ? "case-state" : null;
    }

    private void ApplyToDeclaration(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Accept:
                model.State = CaseState.Verifying;
                break;
            case CaseStep.Decide:
                model.Made = new RecordId(new SourceId(model.Body!), number.ToString());
                var isVerified = command.Outcome == CaseOutcome.Verified;
                Made(
                    model.Made.Value, 1, isVerified ? "declaration" : "commitment", model.Subject,
                    isVerified ? Verified(number, model) : Refuted(number, model, command));
                model.State = isVerified ? CaseState.Verified : CaseState.Refuted;
                End(model);
                break;
            case CaseStep.Withdraw:
                if (model.Made is { } made && !IsGone(made))
                    Revised(made, null);
                model.State = CaseState.Withdrawn;
                End(model);
                break;
            case CaseStep.Close:
                model.State = CaseState.Closed;
                End(model);
                break;
        }
    }

    private JsonObject Verified(CaseNumber number, NaiveCase model) => new()
    {
        ["number"] = number.ToString(), ["class"] = model.Facts["class"], ["title"] = model.Facts["title"], ["content"] = "内容",
        ["declaredOn"] = model.Facts["declaredOn"], ["verifiedOn"] = Text(Today), ["until"] = Text(model.Until!.Value),
        ["verifiedBy"] = SimulatedProcedures.Organs[model.Body!],
    };

    /// <summary>The truth commitment that is broken.</summary>
    private JsonObject Refuted(CaseNumber number, NaiveCase model, CaseCommand command) => new()
    {
        ["disclosure"] = "public", ["number"] = number.ToString(), ["matter"] = model.Facts["title"], ["text"] = SimulatedProcedures.Truth,
        ["madeOn"] = model.Facts["declaredOn"], ["statusOn"] = Text(Today), ["result"] = "breached", ["notPerformed"] = command.Reason,
        ["basis"] = command.Fact(CaseFacts.Basis) ?? "申报规则", ["acceptedBy"] = SimulatedProcedures.Organs[model.Body!],
        ["determinedBy"] = SimulatedProcedures.Organs[model.Body!],
    };
}
