using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Subjects;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Measures;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Measures;

/// <summary>The published measure list, and the audit of every measure in force.</summary>
internal static class MeasureEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Tag = "measures";
        routes.MapGet("/v1/measures", List).Require(AccessRules.Rulebook).WithTags(Tag)
            .WithSummary("The published measure list: name, basis, implementer, strength, and when it lapses.");
        routes.MapGet("/v1/measures/audit", AuditAsync).Require(AccessRules.PolicyRead).WithTags(Tag)
            .Within(capacities => capacities.JournalReads)
            .WithSummary("Every measure in force with cause, basis and implementer; entries that have lapsed, have no implementer or are "
                + "unpublished.");
    }

    private static Ok<PublishedMeasures> List(HttpContext context, CreditEngine engine)
    {
        var (rulebook, today, language) = (engine.Rulebook, engine.Today, Language.Of(context));
        return TypedResults.Ok(new PublishedMeasures(
            today, rulebook.Digest,
            [.. rulebook.Measures.Values.Select(measure => PublishedMeasure.Of(measure, rulebook, today, language))]));
    }

    private static async Task<Ok<MeasureAuditResponse>> AuditAsync(
        string? measure, string? @class, string? limit, string? cursor, string? consistency, string? purpose, HttpContext context,
        CreditEngine engine, ListFreshness freshness, ShownSubjects shown, Cursors cursors)
    {
        var rulebook = engine.Rulebook;
        if (!string.IsNullOrEmpty(measure) && !rulebook.Measures.ContainsKey(measure))
            throw new RequestRefusedException(ErrorCatalogue.UnknownMeasure, "/query/measure", null, StatusCodes.Status400BadRequest);
        var size = Parameters.Limit(limit);
        var list = $"measures\n{measure}\n{@class}";
        var from = cursors.Read(list, cursor) is { } place ? MeasureAuditPlace.Parse(place) : MeasureAuditPlace.Begin;
        var query = new MeasureAuditQuery(string.IsNullOrEmpty(measure) ? null : measure, ClassOf(@class), from, size);
        var token = await freshness.WaitAsync(Parameters.Consistency(context), context.RequestAborted);
        var page = await engine.MeasureAudit.PageAsync(query, context.RequestAborted);
        await shown.RecordAsync(
            page.Items.Select(item => item.Subject).Concat(page.Unread), "measure-audit", query.Measure, context);
        var language = Language.Of(context);
        return TypedResults.Ok(new MeasureAuditResponse(
            page.AsOf, page.Policy.Version, [.. page.Items.Select(item => AuditedMeasureResponse.Of(item, language))],
            page.Next is { } next ? cursors.Make(list, next.ToString()) : null, page.IsPartial,
            Entries(entry => entry.HasLapsed(page.AsOf)), Entries(entry => entry.Implementer.Length == 0),
            Entries(entry => entry.IsUnpublished(page.AsOf)), [.. page.Unread.Select(subject => subject.Value)], token.ToString()));

        IReadOnlyList<PublishedMeasure> Entries(Func<Measure, bool> which) =>
            [.. rulebook.Measures.Values.Where(which).Select(entry => PublishedMeasure.Of(entry, rulebook, page.AsOf, language))];
    }

    private static MeasureClass? ClassOf(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        foreach (var value in Enum.GetValues<MeasureClass>())
        {
            if (WireNames.Of(value) == name)
                return value;
        }

        throw Parameters.Refused("class", string.Join(", ", Enum.GetValues<MeasureClass>().Select(WireNames.Of)));
    }
}
