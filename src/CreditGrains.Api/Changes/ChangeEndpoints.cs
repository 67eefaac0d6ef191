using CreditGrains.Api.Authorization;
using CreditGrains.Api.Requests;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Changes;

/// <summary>Being told what has changed: by pages, or as a stream that goes on.</summary>
internal static class ChangeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/changes", ReadAsync).WithTags("changes").Require(AccessRules.Changes)
            .WithMetadata(new ProducesResponseTypeMetadata(
                StatusCodes.Status200OK, typeof(ChangesResponse), ["application/json", ChangeStreams.MediaType]))
            .WithSummary("Changes of all organisations after a cursor, an instant or now; without, from the first. With Accept: "
                + "text/event-stream as server-sent events, which go on after Last-Event-ID. Types, separated by commas, or * for all; "
                + "without, grades and steps of cases.");

    private static async Task<IResult> ReadAsync(
        string? after, string? limit, string? types, string? purpose, HttpContext context, CreditEngine engine, ChangeStreams streams)
    {
        var caller = Caller.Of(context);
        var why = AccessPurpose.Of(context, caller);
        var size = Parameters.Limit(limit);
        var wanted = ChangePlace.Types(types?.Split(','), "/query/types");
        if (context.Request.Headers.Accept.Any(ChangeStreams.IsWanted))
        {
            await streams.WriteAsync(context, caller, why, await streams.BeginAsync(context, after), streams.OfTypes(wanted));
            return Results.Empty;
        }

        var place = await ChangePlace.ReadAsync(after, "/query/after", engine.Changes, context.RequestAborted);
        var page = await engine.Changes.ReadAsync(
            place ?? await engine.Changes.FirstAsync(context.RequestAborted), size,
            change => ChangeTypes.AreWanted(wanted, change.Type), context.RequestAborted);
        foreach (var change in page.Changes)
            await RecordAsync(engine, caller, why, change, context.RequestAborted);
        return TypedResults.Ok(new ChangesResponse(
            [.. page.Changes.Select(change => CloudEvent.Of(change, engine.Store.Incarnation))], page.Next.ToString(), page.More));
    }

    /// <summary>That somebody reads of an organisation is recorded first (I9).</summary>
    internal static ValueTask RecordAsync(
        CreditEngine engine, Caller caller, string purpose, SubjectChange change, CancellationToken cancellation) =>
        engine.Access.RecordAsync(caller.Actor, purpose, "changes", change.Subject, reference: null, cancellation);
}
