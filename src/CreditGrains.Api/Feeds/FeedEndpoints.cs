using System.IO.Pipelines;
using CreditGrains.Api.Access;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CreditGrains.Api.Feeds;

/// <summary>Takes in departmental events.</summary>
internal static class FeedEndpoints
{
    /// <summary>Name of the limiter that bounds feeds taken in at once.</summary>
    public const string Limiter = "feeds";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/sources/{source}/events", SubmitAsync)
            .Require(AccessRules.Feed)
            .RequireRateLimiting(Limiter)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithMetadata(new AcceptsBody(typeof(string), FeedBody.Lines, FeedBody.Array))
            .WithTags("feeds")
            .WithSummary("Reports events as NDJSON or as one JSON array; every line gets its own outcome.");
    }

    private static async Task<Ok<FeedAnswer>> SubmitAsync(
        string source, string? lines, HttpContext context, CreditEngine engine, ApiOptions options)
    {
        var all = lines switch
        {
            null or "" or "rejected" => false,
            "all" => true,
            _ => throw Parameters.Refused("lines", "all"),
        };
        var body = FeedBody.Open(context.Request);
        try
        {
            var receipt = await engine.Feed.SubmitAsync(
                ReadSource(source), Caller.Of(context).Actor, body,
                options.Feed with { AllLines = all, Format = FeedBody.FormatOf(context.Request) }, context.RequestAborted);
            return TypedResults.Ok(FeedAnswer.Of(receipt, Language.Of(context)));
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

    private static ValueTask CompleteAsync(PipeReader body, HttpContext context) =>
        ReferenceEquals(body, context.Request.BodyReader) ? ValueTask.CompletedTask : body.CompleteAsync();
}
