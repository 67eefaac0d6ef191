using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Subjects;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Cases;

/// <summary>Repairs that are possible for a subject.</summary>
internal static class RepairabilityEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{id}/repairability", PageAsync).Require(AccessRules.Subject).Within(capacities => capacities.Lists)
            .WithTags("repairs").WithSummary("What can be repaired, from when, and what is missing, newest first.");

    private static async Task<Ok<RepairabilityPage>> PageAsync(
        string id, string? limit, string? cursor, string? consistency, string? purpose, HttpContext context, SubjectReading reading,
        CreditEngine engine, Cursors cursors)
    {
        var subject = await reading.BeginAsync(id, "repairability", context);
        var size = Parameters.Limit(limit);
        var list = $"repairability/{subject.Value}";
        var place = RecordPlace.Parse(cursors.Read(list, cursor));
        var view = await reading.FindAsync(subject, asOf: null, knownAt: null, context);
        var rulebook = view.Evaluator.Rulebook;
        var all = view.Evaluator.Standings(view.State, view.AsOf);
        var records = all.Where(record => !record.Withdrawn && Repairability.IsRepairable(rulebook, record)
            && (place is null || place.Value.IsBefore(record))).Take(size + 1).ToList();
        var repairs = await engine.Cases.RepairsAsync(all, context.RequestAborted);
        var items = records.Take(size).Select(record =>
        {
            var running = repairs.Running.TryGetValue(record.Record, out var open) ? open.ToString() : null;
            var isBanned = repairs.BannedUntil is { } until && view.AsOf < until;
            var missing = Missing(record, view.AsOf, running is not null, isBanned).ToList();
            return new RepairabilityResponse(
                new CaseRecordBody(record.Record.Source.Value, record.Record.Id), record.Kind, WireNames.Of(record.Severity),
                record.PublicFrom, record.PublicUntil, record.RepairableFrom, missing.Count == 0, missing,
                repairs.Repaired.TryGetValue(record.Record, out var by) ? by.ToString() : null, running,
                record.PublicityBasis);
        }).ToList();
        return TypedResults.Ok(new RepairabilityPage(
            subject.Value, view.AsOf, repairs.BannedUntil is { } banned && view.AsOf < banned ? banned : null,
            rulebook.Clocks.Repair.Where?.In(Language.Of(context)), items,
            records.Count > size ? cursors.Make(list, RecordPlace.Of(records[size - 1]).ToString()) : null,
            reading.TokenOf(view)));
    }

    private static IEnumerable<string> Missing(RecordStatus record, DateOnly day, bool isRunning, bool isBanned)
    {
        if (record.Repaired)
            yield return "already-repaired";
        else if (record.RepairableFrom is { } from && day < from)
            yield return "minimum-period";
        if (isRunning)
            yield return "application-running";
        if (isBanned)
            yield return "banned";
    }
}
