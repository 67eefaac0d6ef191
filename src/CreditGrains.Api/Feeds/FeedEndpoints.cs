using System.IO.Pipelines;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Api.Feeds;

/// <summary>Takes in departmental events.</summary>
internal static class FeedEndpoints
{
    /// <summary>How long an answer is given to reach its reader before the connection is cut.</summary>
    private static readonly TimeSpan LastTexts = TimeSpan.FromMilliseconds(500);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/sources/{source}/events", SubmitAsync)
            .Require(AccessRules.Feed)
            .Within(capacities => capacities.Feeds, "source")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithMetadata(new AcceptsBody(typeof(string), FeedBody.Lines, FeedBody.Array))
            .WithTags("feeds")
            .WithSummary("Reports events as NDJSON or as one JSON array; every line gets its own outcome.");
    }

    private static async Task<Results<Ok<FeedAnswer>, EmptyHttpResult>> SubmitAsync(
        string source, string? lines, HttpContext context, CreditEngine engine, ApiOptions options, IHostApplicationLifetime lifetime)
    {
        var all = lines switch
        {
            null or "" or "rejected" => false,
            "all" => true,
            _ => throw Parameters.Refused("lines", "all"),
        };
        var id = ReadSource(source);
        var body = FeedBody.Open(context.Request);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var stopping = lifetime.ApplicationStopping.Register(() => reading.CancelAfter(options.FeedStopMsMax));
        try
        {
            var receipt = await engine.Feed.SubmitAsync(
                id, Caller.Of(context).Actor, body,
                options.Feed with { AllLines = all, Format = FeedBody.FormatOf(context.Request) }, reading.Token);
            return TypedResults.Ok(FeedAnswer.Of(receipt, Language.Of(context)));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(context);
            return TypedResults.Empty;
        }
        finally
        {
            await CompleteAsync(body, context);
        }
    }

    /// <summary>The path's source id: at most 64 characters without control characters.</summary>
    public static SourceId ReadSource(string source) =>
        source.Length is > 0 and <= 64 && !source.Any(char.IsControl)
            ? new SourceId(source)
            : throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "", "source: 1 to 64 characters");

    /// <summary>
    /// The node stops while the body is still coming: what has been read is in the journal, and its sender is told to send all of it again.
    /// Left alone, the server would wait for the rest of the body.
    /// </summary>
    private static async Task EndAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        await ProblemWriter.WriteAsync(context, ErrorCatalogue.Stopping);
        await context.Response.CompleteAsync();
        await Task.Delay(LastTexts, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    private static ValueTask CompleteAsync(PipeReader body, HttpContext context) =>
        ReferenceEquals(body, context.Request.BodyReader) ? ValueTask.CompletedTask : body.CompleteAsync();
}
