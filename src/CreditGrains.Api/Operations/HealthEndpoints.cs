using System.Text.Json.Serialization;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>For whoever starts, restarts or routes to the process; open to all, says nothing about anybody.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/livez", Live)
            .WithMetadata(((Delegate)Live).Method)
            .WithMetadata(RateLimitMetadata.Unbounded)
            .AllowAnonymous().WithTags("operations").WithSummary("200 as long as the process serves; an empty body.")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK));
        routes.MapGet("/readyz", Ready)
            .WithMetadata(RateLimitMetadata.Unbounded)
            .AllowAnonymous().WithTags("operations").WithSummary(
                "200 once every answer is complete, else 503; storeSilentSince while the store does not answer and checks go on from "
                + "memory.");
    }

    private static Task Live(HttpContext context) => Task.CompletedTask;

    private static Results<Ok<Readiness>, JsonHttpResult<Readiness>> Ready(CreditEngine engine) => engine.Ready
        ? TypedResults.Ok(new Readiness(true, engine.StoreSilentSince))
        : TypedResults.Json(new Readiness(false, engine.StoreSilentSince), statusCode: StatusCodes.Status503ServiceUnavailable);
}

/// <summary>Whether the server answers completely.</summary>
/// <param name="Ready">Every answer is complete.</param>
/// <param name="StoreSilentSince">
/// Since when the store has not answered; absent while it does. The node stays ready: it answers checks from memory, and a router that took
/// it away would take every node away at once.
/// </param>
public sealed record Readiness(
    bool Ready, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? StoreSilentSince);
