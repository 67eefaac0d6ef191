using System.Security.Cryptography;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Retention;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Retention;

/// <summary>Destruction after retention: a dry run that counts, and a second person who carries it out.</summary>
internal static class RetentionEndpoints
{

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/retention:run", RunAsync).Require(AccessRules.Operate).AsCommand().WithTags("retention")
            .WithMetadata(new AcceptsBody(typeof(RetentionBody), PolicyTexts.Json))
            .WithSummary("Counts records whose retention is over (a dry run), or destroys the content of those that one has counted.");
        routes.MapGet("/v1/retention-runs", ListAsync).Require(AccessRules.JobRead).WithTags("retention")
            .WithSummary("Dry runs and what carried them out, the newest first.");
        routes.MapGet("/v1/retention-runs/{run}", FindAsync).Require(AccessRules.JobRead).WithTags("retention")
            .WithSummary("How a run stands, and its figures.");
    }

    /// <summary>Begins a dry run.</summary>
    /// <exception cref="RequestRefusedException">A run is under way.</exception>
    public static async Task<RetentionRun> CountAsync(CreditEngine engine, string actor, string reason, CancellationToken cancellation) =>
        await engine.Retention.CountAsync(NameOf(engine), actor, reason, cancellation)
        ?? throw new RequestRefusedException(ErrorCatalogue.RetentionRunning);

    /// <summary>Begins to destroy what a dry run has counted.</summary>
    /// <param name="engine">Does it.</param>
    /// <param name="of">Name of a finished dry run, by another person.</param>
    /// <param name="confirm">How many records it found due.</param>
    /// <param name="actor">Caller, from the credentials.</param>
    /// <param name="reason">Kept with the act.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RequestRefusedException">There is no such dry run, it is the caller's own, or has another number.</exception>
    public static async Task<RetentionRun> CarryOutAsync(
        CreditEngine engine, string of, long? confirm, string actor, string reason, CancellationToken cancellation)
    {
        var counted = await engine.Retention.Jobs.FindAsync(of, cancellation)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRetentionRun, "/of", of);
        if (!counted.IsDry || counted.State != JobState.Finished)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNotCounted, "/of", of);
        if (counted.Actor == actor)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNeedsSecondPerson, "/of", of);
        if (confirm != counted.Progress.Due)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNotCounted, "/confirm", $"{counted.Progress.Due}");
        return await engine.Retention.CarryOutAsync(NameOf(engine), counted, actor, reason, cancellation)
            ?? throw new RequestRefusedException(ErrorCatalogue.RetentionRunning);
    }

    private static string NameOf(CreditEngine engine) =>
        $"RT-{engine.Today:yyyyMMdd}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}";

    private static async Task<Accepted<RetentionResponse>> RunAsync(HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<RetentionBody>(context);
        var reason = RequiredText.Reason(body.Reason);
        var (actor, isDry) = (Caller.Of(context).Actor, body.DryRun ?? true);
        if (!isDry && string.IsNullOrEmpty(body.Of))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/of");
        var begun = isDry
            ? await CountAsync(engine, actor, reason, context.RequestAborted)
            : await CarryOutAsync(engine, body.Of!, body.Confirm, actor, reason, context.RequestAborted);
        return TypedResults.Accepted($"/v1/retention-runs/{begun.Id}", Shown(begun, context, engine));
    }

    private static async Task<Ok<RetentionPage>> ListAsync(HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(new RetentionPage(
            [.. (await engine.Retention.Jobs.ListAsync(context.RequestAborted)).Select(run => Shown(run, context, engine))]));

    private static async Task<Ok<RetentionResponse>> FindAsync(string run, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(Shown(
            await engine.Retention.Jobs.FindAsync(run, context.RequestAborted)
                ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRetentionRun, "", run),
            context, engine));

    private static RetentionResponse Shown(RetentionRun run, HttpContext context, CreditEngine engine) =>
        RetentionResponse.From(run, engine.Rulebook, Language.Of(context, engine));
}
