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
    private const int ReasonCharsMax = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/retention:run", RunAsync).Require(AccessRules.Operate).AsCommand().WithTags("retention")
            .WithMetadata(new AcceptsBody(typeof(RetentionBody), PolicyTexts.Json))
            .WithSummary("Counts records whose retention is over (a dry run), or destroys the content of those that one has counted.");
        routes.MapGet("/v1/retention-runs/{run}", FindAsync).Require(AccessRules.JobRead).WithTags("retention")
            .WithSummary("How a run stands, and its figures.");
    }

    private static async Task<Accepted<RetentionResponse>> RunAsync(HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<RetentionBody>(context);
        var reason = body.Reason?.Trim();
        if (string.IsNullOrEmpty(reason))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/reason");
        if (reason.Length > ReasonCharsMax)
            throw new RequestRefusedException(ErrorCatalogue.TooLong, "/reason", $"at most {ReasonCharsMax} characters");
        var actor = Caller.Of(context).Actor;
        var id = $"RT-{engine.Today:yyyyMMdd}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}";
        var begun = body.DryRun ?? true
            ? await engine.Retention.CountAsync(id, actor, reason, context.RequestAborted)
            : await engine.Retention.CarryOutAsync(
                id, await CountedAsync(body, actor, context, engine), actor, reason, context.RequestAborted);
        return begun is null
            ? throw new RequestRefusedException(ErrorCatalogue.RetentionRunning)
            : TypedResults.Accepted($"/v1/retention-runs/{begun.Id}", RetentionResponse.From(begun));
    }

    private static async Task<RetentionRun> CountedAsync(RetentionBody body, string actor, HttpContext context, CreditEngine engine)
    {
        if (string.IsNullOrEmpty(body.Of))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/of");
        var counted = await engine.Retention.Jobs.FindAsync(body.Of, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRetentionRun, "/of", body.Of);
        if (!counted.IsDry || counted.State != JobState.Finished)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNotCounted, "/of", body.Of);
        if (counted.Actor == actor)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNeedsSecondPerson, "/of", body.Of);
        if (body.Confirm != counted.Progress.Due)
            throw new RequestRefusedException(ErrorCatalogue.RetentionNotCounted, "/confirm", $"{counted.Progress.Due}");
        return counted;
    }

    private static async Task<Ok<RetentionResponse>> FindAsync(string run, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(RetentionResponse.From(
            await engine.Retention.Jobs.FindAsync(run, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRetentionRun, "", run)));
}
