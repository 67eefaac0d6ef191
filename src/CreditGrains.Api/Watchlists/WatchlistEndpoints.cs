using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Changes;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Watchlists;

/// <summary>Watchlists (关注名单): changes of the organisations that a department follows, at once or by day; docs/subscriptions.md.</summary>
internal static class WatchlistEndpoints
{
    private const string Operation = "watchlist";
    private const int BodyBytesMax = 512 * 1024;
    private const string Day = "yyyy-MM-dd";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/watchlists").WithTags("changes");
        routes.MapGet("/v1/watchlists", ListAsync).Require(AccessRules.Watchlist).WithTags("changes")
            .WithSummary("One's own watchlists; of auditors and operators all.");
        routes.MapPost("/v1/watchlists", CreateAsync).Require(AccessRules.Watchlist).AsCommand().WithTags("changes")
            .WithMetadata(new AcceptsBody(typeof(WatchlistBody), PolicyTexts.Json)).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Watches organisations, by code or by region, industry and grade.");
        group.MapGet("/{watchlist}", FindAsync).Require(AccessRules.Watchlist).WithSummary("A watchlist with its codes.");
        group.MapPut("/{watchlist}", ReplaceAsync).Require(AccessRules.Watchlist).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(WatchlistBody), PolicyTexts.Json))
            .WithSummary("Puts another content in place of a watchlist of one's own.");
        group.MapDelete("/{watchlist}", DeleteAsync).Require(AccessRules.Watchlist).AsCommand()
            .WithSummary("Ends a watchlist of one's own for good; operators end any.");
        group.MapGet("/{watchlist}/changes", ChangesAsync).Require(AccessRules.Watchlist).Within(capacities => capacities.Lists)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ChangesResponse), ["application/json"]))
            .WithSummary("Changes that a watchlist wants, after a cursor, an instant or now; without, from the first that is kept.");
        group.MapGet("/{watchlist}/stream", StreamAsync).Require(AccessRules.Watchlist)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [ChangeStreams.MediaType]))
            .WithSummary("The same as server-sent events, which go on after Last-Event-ID.");
        group.MapGet("/{watchlist}/digests", DigestsAsync).Require(AccessRules.Watchlist).Within(capacities => capacities.Lists)
            .WithSummary("Daily digests of a watchlist, the newest first: counts by type, and how their delivery stands.");
        group.MapGet("/{watchlist}/digests/{day}", DigestAsync).Require(AccessRules.Watchlist).Within(capacities => capacities.Lists)
            .WithSummary("The digest of one day: counts by type, and the organisations with what changed.");
    }

    private static async Task<Ok<WatchlistPage>> ListAsync(HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        return TypedResults.Ok(new WatchlistPage(
            [
                .. (await engine.Watchlists.ListAsync(context.RequestAborted)).Where(list => SeesAll(caller) || IsOwn(caller, list))
                    .Select(list => WatchlistResponse.Of(list, hasSubjects: false)),
            ]));
    }

    private static async Task<Created<WatchlistResponse>> CreateAsync(HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<WatchlistBody>(context, BodyBytesMax);
        var command = await WatchlistFields.ReadAsync(body, OwnerOf(Caller.Of(context)), context, engine);
        var (list, rejection) = await engine.Watchlists.CreateAsync(command, context.RequestAborted);
        return list is null
            ? throw new RequestRefusedException(rejection!)
            : TypedResults.Created($"/v1/watchlists/{list.Id}", WatchlistResponse.Of(list, hasSubjects: true));
    }

    private static async Task<Ok<WatchlistResponse>> FindAsync(string watchlist, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(WatchlistResponse.Of(await RequireAsync(watchlist, SeesAll, context, engine), hasSubjects: true));

    private static async Task<Ok<WatchlistResponse>> ReplaceAsync(string watchlist, HttpContext context, CreditEngine engine)
    {
        var known = await RequireAsync(watchlist, _ => false, context, engine);
        var body = await JsonBody.ReadAsync<WatchlistBody>(context, BodyBytesMax);
        var command = await WatchlistFields.ReadAsync(body, known.Owner, context, engine);
        var changed = await engine.Watchlists.ReplaceAsync(known.Id, command, context.RequestAborted);
        return TypedResults.Ok(WatchlistResponse.Of(changed ?? throw Unknown(watchlist), hasSubjects: true));
    }

    private static async Task<NoContent> DeleteAsync(string watchlist, HttpContext context, CreditEngine engine)
    {
        await RequireAsync(watchlist, caller => caller.IsAny(Roles.Operator), context, engine);
        return await engine.Watchlists.DeleteAsync(watchlist, Caller.Of(context).Actor, context.RequestAborted)
            ? TypedResults.NoContent() : throw Unknown(watchlist);
    }

    private static async Task<Ok<ChangesResponse>> ChangesAsync(
        string watchlist, string? after, string? limit, string? purpose, HttpContext context, CreditEngine engine)
    {
        var list = await RequireAsync(watchlist, SeesAll, context, engine);
        var why = AccessPurpose.Of(context, Caller.Of(context));
        var size = Parameters.Limit(limit);
        var place = await ChangePlace.ReadAsync(after, "/query/after", engine.Changes, context.RequestAborted);
        var page = await engine.Watchlists.ReadAsync(
            list, place ?? await engine.Changes.FirstAsync(context.RequestAborted), size, context.RequestAborted);
        foreach (var change in page.Changes)
            await ChangeEndpoints.RecordAsync(engine, Caller.Of(context), why, change, context.RequestAborted);
        return TypedResults.Ok(new ChangesResponse(
            [.. page.Changes.Select(change => CloudEvent.Of(change, engine.Store.Incarnation))], page.Next.ToString(), page.More));
    }

    private static async Task StreamAsync(
        string watchlist, string? after, string? purpose, HttpContext context, CreditEngine engine, ChangeStreams streams)
    {
        var list = await RequireAsync(watchlist, SeesAll, context, engine);
        var caller = Caller.Of(context);
        var why = AccessPurpose.Of(context, caller);
        var begin = await streams.BeginAsync(context, after);
        await streams.WriteAsync(
            context, caller, why, begin, (from, stop) => engine.Watchlists.ReadAsync(list, from, Parameters.LimitMax, stop));
    }

    private static async Task<Ok<WatchlistDigestPage>> DigestsAsync(
        string watchlist, string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        var list = await RequireAsync(watchlist, SeesAll, context, engine);
        var size = Parameters.Limit(limit);
        var name = $"watchlist-digests/{list.Id}";
        DateOnly? before = cursors.Read(name, cursor) is { } place
            ? DateOnly.ParseExact(place, Day, CultureInfo.InvariantCulture) : null;
        var found = await engine.WatchlistDigests.ListAsync(list.Id, before, size + 1, context.RequestAborted);
        return TypedResults.Ok(new WatchlistDigestPage(
            [.. found.Take(size).Select(WatchlistDigestResponse.Of)],
            found.Count > size ? cursors.Make(name, found[size - 1].Day.ToString(Day, CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Ok<WatchlistDigestDocument>> DigestAsync(
        string watchlist, string day, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var list = await RequireAsync(watchlist, SeesAll, context, engine);
        if (!DateOnly.TryParseExact(day, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || await engine.WatchlistDigests.FindAsync(list.Id, date, context.RequestAborted) is not { } digest)
            throw new RequestRefusedException(ErrorCatalogue.UnknownDigest, "", "YYYY-MM-DD");
        await shown.RecordAsync(
            digest.Organisations.Select(organisation => new SubjectId(organisation.Subject)), Operation, list.Id, context);
        return TypedResults.Ok(digest);
    }

    /// <summary>To those who may not see a list it is as if there were none.</summary>
    private static async Task<Watchlist> RequireAsync(
        string watchlist, Func<Caller, bool> isOther, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        return await engine.Watchlists.FindAsync(watchlist, context.RequestAborted) is { } list
            && (IsOwn(caller, list) || isOther(caller)) ? list : throw Unknown(watchlist);
    }

    internal static string OwnerOf(Caller caller) => PendingFeedback.OwnerOf(caller.Source, caller.Actor);

    internal static bool IsOwn(Caller caller, Watchlist list) => list.Owner == OwnerOf(caller);

    internal static bool SeesAll(Caller caller) => caller.IsAny(Roles.Auditor | Roles.Operator);

    private static RequestRefusedException Unknown(string id) => new(ErrorCatalogue.UnknownWatchlist, "", id);
}
