using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Jobs;

/// <summary>Jobs of all kinds for operators: look on, pause, resume, cancel.</summary>
internal static class JobEndpoints
{
    private const char InCursor = '/';

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("jobs");
        group.MapGet("/jobs", ListAsync).Require(AccessRules.JobRead)
            .WithSummary("Recomputations, simulations and draws of all nodes, the newest first.");
        group.MapGet("/jobs/{kind}/{id}", FindAsync).Require(AccessRules.JobRead)
            .WithSummary("A job with its partitions: node, heartbeat and cursor of each.");
        foreach (var (turn, summary) in new[]
        {
            (JobTurn.Pause, "Holds a running job where it is."), (JobTurn.Resume, "Lets a paused job go on."),
            (JobTurn.Cancel, "Ends a job, on whichever node it is."),
        })
        {
            group.MapPost(
                    $"/jobs/{{kind}}/{{id}}:{turn.ToString().ToLowerInvariant()}",
                    (string kind, string id, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) => TurnAsync(
                        turn, kind, id, context, engine, shown))
                .Require(AccessRules.Operate).AsCommand().WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
                .WithSummary(summary);
        }
    }

    private static async Task<Ok<JobPage>> ListAsync(
        string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        const string List = "jobs";
        var size = Parameters.Limit(limit);
        var place = cursors.Read(List, cursor)?.Split(InCursor, 3);
        var jobs = await engine.Jobs.ListAsync(
            place is null ? null : (new DateTimeOffset(long.Parse(place[0], CultureInfo.InvariantCulture), default), place[1], place[2]),
            size + 1, context.RequestAborted);
        return TypedResults.Ok(new JobPage(
            [.. jobs.Take(size).Select(JobResponse.Of)], jobs.Count > size ? cursors.Make(List, PlaceOf(jobs[size - 1])) : null));
    }

    private static string PlaceOf(JobStatus job) => string.Create(
        CultureInfo.InvariantCulture, $"{job.CreatedAt.UtcTicks}{InCursor}{job.Kind}{InCursor}{job.Id}");

    private static async Task<Ok<JobResponse>> FindAsync(
        string kind, string id, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown) =>
        TypedResults.Ok(await ShowAsync(kind, id, context, engine, shown));

    private static async Task<Ok<JobResponse>> TurnAsync(
        JobTurn turn, string kind, string id, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        if (string.IsNullOrWhiteSpace(body.Reason))
            throw new RequestRefusedException(ErrorCatalogue.PolicyReasonRequired, "/reason");
        if (!await engine.Jobs.TurnAsync(turn, kind, id, Caller.Of(context).Actor, body.Reason.Trim(), context.RequestAborted))
        {
            throw new RequestRefusedException(
                ErrorCatalogue.RunState, "", (await RequireAsync(kind, id, context, engine)).State.ToString().ToLowerInvariant());
        }

        return TypedResults.Ok(await ShowAsync(kind, id, context, engine, shown));
    }

    /// <summary>A cursor names a subject: that somebody reads it is recorded first (I9).</summary>
    private static async Task<JobResponse> ShowAsync(
        string kind, string id, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var job = await RequireAsync(kind, id, context, engine);
        await shown.RecordAsync(
            job.Partitions.Select(part => part.Cursor).OfType<string>().Select(cursor => new SubjectId(cursor)), "job", job.Id, context);
        return JobResponse.Of(job);
    }

    private static async Task<JobStatus> RequireAsync(string kind, string id, HttpContext context, CreditEngine engine) =>
        await engine.Jobs.FindAsync(kind, id, context.RequestAborted)
        ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", $"{kind}/{id}");
}
