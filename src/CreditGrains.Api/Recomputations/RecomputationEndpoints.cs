using System.Globalization;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Reports;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Keys;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Recomputations;

/// <summary>Bulk recomputation: look on, start, pause, resume, cancel, throttle.</summary>
internal static class RecomputationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("recomputations");
        group.MapGet("/recomputations", ListAsync).Require(AccessRules.PolicyRead).WithSummary("Runs, newest first.");
        group.MapPost("/recomputations", StartAsync).Require(AccessRules.Operate).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Recomputes all subjects under the rules in force; an open run is cancelled. "
                + "After a change of rules this happens by itself.");
        group.MapGet("/recomputations/throttle", ThrottleOf).Require(AccessRules.PolicyRead)
            .WithSummary("How much a run may take away from live requests.");
        group.MapPut("/recomputations/throttle", SetThrottleAsync).Require(AccessRules.Operate)
            .WithMetadata(new AcceptsBody(typeof(ThrottleBody), PolicyTexts.Json))
            .WithSummary("Sets how much a run may take, for one under way and for those to come.");
        group.MapGet("/recomputations/key", KeysAsync).Require(AccessRules.Rulebook)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["application/x-pem-file"]))
            .WithSummary("The public key that verifies the summaries of runs, as PEM.");
        group.MapGet("/recomputations/{run}", FindAsync).Require(AccessRules.PolicyRead)
            .WithSummary("A run with progress, remaining time, matrix, subjects set aside, and its signed summary.");
        group.MapGet("/recomputations/{run}/summary", SummaryAsync).Require(AccessRules.PolicyRead)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json"]))
            .WithSummary("The bytes that a finished run's digest and signature are over.");
        group.MapPost(
                "/recomputations/{run}:pause",
                (string run, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) => TurnAsync(
                    run, context, engine, shown, engine.Recomputation.PauseAsync))
            .Require(AccessRules.Operate).AsCommand().WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Stops a run where it is.");
        group.MapPost(
                "/recomputations/{run}:resume",
                (string run, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) => TurnAsync(
                    run, context, engine, shown, engine.Recomputation.ResumeAsync))
            .Require(AccessRules.Operate).AsCommand().WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Goes on with a run that was paused, cancelled or has failed.");
        group.MapPost(
                "/recomputations/{run}:cancel",
                (string run, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) => TurnAsync(
                    run, context, engine, shown, engine.Recomputation.CancelAsync))
            .Require(AccessRules.Operate).AsCommand().WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Ends a run.");
    }

    private static async Task<Ok<RecomputationPage>> ListAsync(
        string? limit, string? cursor, string? purpose, HttpContext context, CreditEngine engine, Cursors cursors, ShownSubjects shown)
    {
        const string List = "recomputations";
        var size = Parameters.Limit(limit);
        var desk = engine.Recomputation;
        // Ids are numbers without gaps; the first are not kept for ever.
        var last = cursors.Read(List, cursor) is { } place ? Number(place) - 1 : desk.Newest is { } newest ? Number(newest.Id) : 0;
        var first = Math.Max(1, last - size + 1);
        var runs = last < 1 ? [] : await desk.ListAsync(Id(first - 1), (int)(last - first + 1), context.RequestAborted);
        var page = runs.Reverse().ToList();
        await shown.RecordAsync(page, context);
        return TypedResults.Ok(new RecomputationPage(
            [.. page.Select(RecomputationResponse.Of)],
            first > 1 && page.Count == size ? cursors.Make(List, Id(first)) : null));
    }

    private static async Task<Created<RecomputationResponse>> StartAsync(HttpContext context, CreditEngine engine)
    {
        var reason = await ReasonAsync(context);
        var actor = Caller.Of(context).Actor;
        var run = await engine.Recomputation.StartAsync(actor, reason, CommandOperation.Since(context), context.RequestAborted);
        return TypedResults.Created($"/v1/recomputations/{run.Id}", RecomputationResponse.Of(run));
    }

    private static async Task<Ok<RecomputationResponse>> FindAsync(
        string run, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) =>
        TypedResults.Ok(await ShowAsync(await RequireAsync(run, engine, context.RequestAborted), context, shown));

    private static async Task<FileContentHttpResult> SummaryAsync(
        string run, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var found = await RequireAsync(run, engine, context.RequestAborted);
        if (found.Summary is null)
            throw new RequestRefusedException(ErrorCatalogue.RunState, "", found.State.ToString().ToLowerInvariant());
        await shown.RecordAsync([found], context);
        return TypedResults.Bytes(found.SignedContent(), "application/json");
    }

    private static async Task<FileContentHttpResult> KeysAsync(HttpContext context, CreditEngine engine) => engine.Signer is not null
        ? TypedResults.Bytes(
            Encoding.ASCII.GetBytes(ReportEndpoints.PemOf(
                (await engine.Keys.ListAsync(KeyUse.Summaries, context.RequestAborted)).Select(key => key.Published))),
            "application/x-pem-file")
        : throw new RequestRefusedException(ErrorCatalogue.NotFound, "", "summaries are not signed here");

    private static Ok<ThrottleResponse> ThrottleOf(HttpContext context, CreditEngine engine) =>
        Show(engine.Recomputation.Throttle, context);

    private static async Task<Ok<ThrottleResponse>> SetThrottleAsync(HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<ThrottleBody>(context);
        var known = engine.Recomputation.Throttle;
        if (context.Request.Headers.IfMatch is [{ } wanted] && wanted != "*" && wanted != TagOf(known))
            throw new RequestRefusedException(ErrorCatalogue.PreconditionFailed);
        var throttle = new RecomputationThrottle(
            body.CpuShareMax ?? known.CpuShareMax, body.SubjectsPerSecondMax ?? known.SubjectsPerSecondMax,
            body.LiveLatencyMsMax ?? known.LiveLatencyMsMax);
        if (!throttle.IsValid)
        {
            throw new RequestRefusedException(
                ErrorCatalogue.OutOfRange, "", "cpuShareMax above 0 to 1, subjectsPerSecondMax from 0, liveLatencyMsMax above 0 to 60000");
        }

        try
        {
            await engine.Recomputation.SetThrottleAsync(throttle, Caller.Of(context).Actor, body.Reason ?? "", context.RequestAborted);
        }
        catch (WriteConflictException)
        {
            throw new RequestRefusedException(ErrorCatalogue.PreconditionFailed);
        }

        return Show(throttle, context);
    }

    private static async Task<Ok<RecomputationResponse>> TurnAsync(
        string run, HttpContext context, CreditEngine engine, ShownSubjects shown, Func<string, string, CancellationToken, Task<bool>> turn)
    {
        var reason = await ReasonAsync(context);
        var found = await RequireAsync(run, engine, context.RequestAborted);
        if (engine.Recomputation.Newest?.Id != found.Id || !await turn(Caller.Of(context).Actor, reason, context.RequestAborted))
        {
            throw new RequestRefusedException(
                ErrorCatalogue.RunState, "", (await RequireAsync(run, engine, context.RequestAborted)).State.ToString().ToLowerInvariant());
        }

        return TypedResults.Ok(await ShowAsync(await RequireAsync(run, engine, context.RequestAborted), context, shown));
    }

    /// <summary>Organisations that a run has set aside are named in its answer: the read is recorded first (I9).</summary>
    private static async Task<RecomputationResponse> ShowAsync(RecomputationRun run, HttpContext context, ShownSubjects shown)
    {
        await shown.RecordAsync([run], context);
        return RecomputationResponse.Of(run);
    }

    private static async Task<string> ReasonAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        return string.IsNullOrWhiteSpace(body.Reason)
            ? throw new RequestRefusedException(ErrorCatalogue.PolicyReasonRequired, "/reason")
            : body.Reason.Trim();
    }

    /// <summary>The run as it is in memory, else as it is stored; <c>newest</c> names the newest.</summary>
    private static async Task<RecomputationRun> RequireAsync(string id, CreditEngine engine, CancellationToken cancellation)
    {
        if (engine.Recomputation.Newest is { } newest && (newest.Id == id || id == "newest"))
            return newest;
        return await engine.Recomputation.FindAsync(id, cancellation)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", id);
    }

    private static Ok<ThrottleResponse> Show(RecomputationThrottle throttle, HttpContext context)
    {
        context.Response.Headers.ETag = TagOf(throttle);
        return TypedResults.Ok(ThrottleResponse.Of(throttle));
    }

    private static string TagOf(RecomputationThrottle throttle) => string.Create(
        CultureInfo.InvariantCulture, $"\"{throttle.CpuShareMax:R}-{throttle.SubjectsPerSecondMax}-{throttle.LiveLatencyMsMax:R}\"");

    private static long Number(string id) => long.Parse(id, CultureInfo.InvariantCulture);

    private static string Id(long number) => number.ToString("D10", CultureInfo.InvariantCulture);
}
