using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Objections, by the organisation or by the source of the record itself.</summary>
internal sealed partial class ModelSimulator
{
    private static readonly CaseOutcome[] ObjectionOutcomes =
    [
        CaseOutcome.Rejected, CaseOutcome.Deleted, CaseOutcome.PublicityEnded, CaseOutcome.Corrected, CaseOutcome.Supplemented,
        CaseOutcome.RemovedFromList, CaseOutcome.Corrected, CaseOutcome.Supplemented, CaseOutcome.Rejected,
    ];

    /// <summary>A record of the subject; now and then one that there is not.</summary>
    private RecordId AnyRecord(string subject, string[]? kinds = null)
    {
        var known = _heads.Where(head => head.Value.Subject == subject && head.Key.Source != SourceId.Platform
                && kinds?.Contains(head.Value.Kind) != false)
            .Select(head => head.Key).OrderBy(record => record.ToString(), StringComparer.Ordinal).ToList();
        return known.Count == 0 || Rarely(20) ? new RecordId(new SourceId("SCJG"), "nothing") : known[_random.Next(known.Count)];
    }

    private CaseCommand ObjectionDrawn(string subject)
    {
        var record = AnyRecord(subject, Rarely(3) ? ["list-entry"] : null);
        var actor = _random.Next(3) > 0 ? Organisation : Rarely(8) ? Platform : Department(Rarely(8) ? "ZZ" : record.Source.Value);
        return Command(CaseStep.Submit, actor) with
        {
            Kind = CaseKind.Objection, Records = [record], Grounds = Rarely(30) ? "whim" : "error", Declaration = !Rarely(20),
        };
    }

    private static string? RefusalOfObjection(CaseCommand command) => command.Grounds == "whim" ? "not-in-code-list" : null;

    private void Dispute(CaseNumber number, NaiveCase model)
    {
        model.Disputed = Mark(number, model, CaseKinds.Objection, model.Records[0], ("filedOn", Today));
        model.DisputedOn = Today;
        Start(model, "objection-own", "platform");
    }

    private CaseCommand ObjectionStepDrawn(NaiveCase model, CaseCommand command)
    {
        if (command.Step == CaseStep.Answer)
            return command with { Upheld = Rarely(15) ? null : Rarely(2) };
        if (command.Step != CaseStep.Decide)
            return command;
        command = command with
        {
            Outcome = Rarely(25) ? CaseOutcome.Granted
                : _heads[model.Records[0]].Kind == "list-entry" && Rarely(2) ? CaseOutcome.RemovedFromList
                : ObjectionOutcomes[_random.Next(ObjectionOutcomes.Length)],
        };
        return command.Outcome is CaseOutcome.Corrected or CaseOutcome.Supplemented && !IsGone(model.Records[0])
            ? command with { Changes = ChangesDrawn(model.Records[0], command.Outcome == CaseOutcome.Supplemented) } : command;
    }

    private List<CaseChange> ChangesDrawn(RecordId record, bool isSupplement)
    {
        string[] fields = _heads[record].Kind switch
        {
            "penalty" => ["fine", "facts", "confiscated", "basis"],
            "list-entry" => ["until", "reason", "basis"],
            "honour" => ["name", "until"],
            "commitment" => ["matter", "notPerformed"],
            "contract" => ["subjectMatter", "amount"],
            "declaration" => ["title", "until"],
            "inspection" => ["defects", "corrected"],
            "licence" => ["validUntil"],
            "registration" => ["region"],
            _ => ["grade"],
        };
        if (Rarely(25))
            return [];
        var data = ContentOf(record);
        var empty = Array.FindAll(fields, field => data[field] is null);
        var field = Rarely(25) ? "nothing" : isSupplement && empty.Length > 0 && !Rarely(8) ? Pick(empty) : Pick(fields);
        var old = Rarely(15) ? JsonValue.Create("another") : data[field];
        JsonNode value = field switch
        {
            "fine" or "confiscated" or "amount" => JsonValue.Create(_random.Next(0, 400_000).ToString(CultureInfo.InvariantCulture)),
            "until" or "validUntil" => JsonValue.Create(Text(Today.AddDays(_random.Next(0, 200)))),
            "defects" or "corrected" => JsonValue.Create(_random.Next(0, 40)),
            "grade" => JsonValue.Create(Pick("A", "B", "C", "D")),
            _ => JsonValue.Create("改" + _random.Next(9).ToString(CultureInfo.InvariantCulture)),
        };
        var change = new CaseChange(field, Element(old), Element(value));
        return Rarely(25) ? [change, change] : [change];

        static JsonElement? Element(JsonNode? node) => node is null ? null : JsonSerializer.SerializeToElement(node);
    }

    private string? RefusalOfObjection(NaiveCase model, CaseCommand command)
    {
        switch (command.Step)
        {
            case CaseStep.Answer when command.Upheld is null:
                return "required";
            case CaseStep.Suspend when model.Suspended > 0:
            case CaseStep.Resume when model.Suspended == 0:
            case CaseStep.Review when !model.IsRejected:
                return "case-state";
            case CaseStep.Review when _cases.Values.Any(each =>
                each != model && each.Kind == CaseKind.Objection && !each.IsOver && each.Records[0] == model.Records[0]):
                return "case-open";
            case CaseStep.Decide when model.State == CaseState.Referred
                && Today <= model.Running.First(clock => clock.Clock == "objection-answer").Due:
                return "answer-awaited";
            case CaseStep.Decide when command.Outcome == CaseOutcome.Granted:
                return "not-in-code-list";
            case CaseStep.Decide:
                return RefusalOfOutcomeOn(model.Records[0], command);
            default:
                return null;
        }
    }

    private string? RefusalOfOutcomeOn(RecordId record, CaseCommand command)
    {
        var head = _heads[record];
        var kind = _rulebook.Catalogue.Kinds[head.Kind];
        if (command.Outcome is CaseOutcome.Deleted or CaseOutcome.Rejected)
            return null;
        if (head.Withdrawn)
            return "record-withdrawn";
        if (command.Outcome == CaseOutcome.PublicityEnded)
            return kind.Publicity == Publicity.None ? "outcome-not-applicable" : null;
        if (command.Outcome == CaseOutcome.RemovedFromList)
        {
            return kind.Role != RecordRole.List || FactsOf(record).Until <= Today ? "outcome-not-applicable"
                : Unwritable(record, head.Revision + 1, head.Kind, head.Subject, Ended(record, "until"));
        }

        if (command.Changes.Count == 0)
            return "required";
        var data = ContentOf(record);
        var change = command.Changes[0];
        if (kind.Fields.All(field => field.Name != change.Field))
            return "unknown-field";
        if (!JsonNode.DeepEquals(data[change.Field], change.Old is { } old ? JsonNode.Parse(old.GetRawText()) : null))
            return "old-value-differs";
        if (command.Outcome == CaseOutcome.Supplemented && data[change.Field] is not null)
            return "outcome-not-applicable";
        if (command.Changes.Count > 1)
            return "duplicate-key";
        return Unwritable(record, head.Revision + 1, head.Kind, head.Subject, Changed(record, command));
    }

    private JsonObject Changed(RecordId record, CaseCommand command)
    {
        var data = ContentOf(record);
        foreach (var change in command.Changes)
            data[change.Field] = JsonNode.Parse(change.New!.Value.GetRawText());
        return data;
    }

    /// <summary>The content of a record whose validity ends today.</summary>
    private JsonObject Ended(RecordId record, string field)
    {
        var data = ContentOf(record);
        var isLastDay = _rulebook.Catalogue.Kinds[_heads[record].Kind].Facets.UntilIsLastDay;
        data[field] = Text(isLastDay ? Today.AddDays(-1) : Today);
        return data;
    }

    private void ApplyToObjection(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var record = model.Records[0];
        switch (command.Step)
        {
            case CaseStep.Accept:
                model.State = CaseState.Accepted;
                break;
            case CaseStep.Refer:
                model.State = CaseState.Referred;
                End(model);
                Start(model, "objection-answer", record.Source.Value);
                Start(model, "objection-source", "platform", model.OpenedOn);
                break;
            case CaseStep.Answer:
                model.State = CaseState.Answered;
                End(model, "objection-answer");
                break;
            case CaseStep.Suspend:
                model.Suspended = Mark(number, model, CaseKinds.Objection, record, ("filedOn", Today), ("suspendedOn", Today));
                model.SuspendedOn = Today;
                break;
            case CaseStep.Resume:
                EndSuspension(number, model);
                break;
            case CaseStep.Review:
                model.State = CaseState.InReview;
                model.ClosedOn = null;
                Dispute(number, model);
                break;
            case CaseStep.Withdraw:
                model.State = CaseState.Withdrawn;
                EndMarks(number, model);
                End(model);
                break;
            case CaseStep.Decide:
                DecideObjection(number, model, command, record);
                EndMarks(number, model);
                End(model);
                model.IsRejected = command.Outcome == CaseOutcome.Rejected;
                model.State = model.State == CaseState.InReview ? CaseState.Closed : CaseState.Decided;
                break;
        }
    }

    private void DecideObjection(CaseNumber number, NaiveCase model, CaseCommand command, RecordId record)
    {
        switch (command.Outcome)
        {
            case CaseOutcome.PublicityEnded:
                Mark(number, model, CaseKinds.PublicityEnd, record, ("endedOn", Today));
                break;
            case CaseOutcome.Deleted when !IsGone(record):
                Revised(record, null);
                break;
            case CaseOutcome.Corrected or CaseOutcome.Supplemented:
                Revised(record, Changed(record, command));
                break;
            case CaseOutcome.RemovedFromList:
                Revised(record, Ended(record, "until"));
                break;
        }
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
}
