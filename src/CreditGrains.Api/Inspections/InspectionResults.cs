using System.Text.Json;
using CreditGrains.Api.Subjects;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Api.Inspections;

/// <summary>
/// Finds the records that answer a plan's inspections: of an inspecting kind, whose field <c>plan</c> names the plan and whose
/// <c>sequence</c>, where it is given, the number.
/// </summary>
internal sealed class InspectionResults(CreditEngine engine)
{
    private const string PlanField = "plan";
    private const string SequenceField = "sequence";

    public async Task<InspectionResponse> FindAsync(StoredPlan plan, PlannedInspection planned, CancellationToken cancellation)
    {
        var view = await engine.Subjects.FindAsync(planned.Subject, Consistency.Any, cancellation);
        var shape = new InspectionResponse(
            planned.Sequence, planned.Subject.Value, view?.Description?.Name, planned.Grade, planned.Unit, null, null, null);
        if (view is null)
            return shape;
        foreach (var record in view.Evaluator.Standings(view.State, view.AsOf)
            .Where(record => MayAnswer(record, plan, view.Evaluator.Rulebook)))
        {
            var found = await engine.Store.Journal.ReadRevisionsAsync([new(record.Record, record.Revision)], cancellation);
            if (found is not [{ Payload.IsEmpty: false } entry]
                || !Answers(entry.Payload, plan.Id, planned.Sequence))
                continue;
            return shape with
            {
                Result = record.Level,
                InspectedOn = record.Date,
                Record = new RecordName(record.Record.Source.Value, record.Record.Id),
            };
        }

        return shape;
    }

    private static bool MayAnswer(RecordStatus record, StoredPlan plan, Rulebook rulebook) => !record.Withdrawn && !record.Suspended
        && record.Date >= plan.AsOf && rulebook.Catalogue.Kinds.TryGetValue(record.Kind, out var kind)
            && kind.Role == RecordRole.Inspection;

    private static bool Answers(ReadOnlyMemory<byte> payload, string plan, int sequence)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        return root.TryGetProperty(PlanField, out var named) && named.ValueKind == JsonValueKind.String && named.GetString() == plan
            && (!root.TryGetProperty(SequenceField, out var number) || (number.TryGetInt32(out var given) && given == sequence));
    }
}
