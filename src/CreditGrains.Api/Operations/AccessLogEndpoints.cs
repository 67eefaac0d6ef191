using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>The access log proved: its chain from the first entry to its end.</summary>
internal static class AccessLogEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/access-log:verify", VerifyAsync).Require(AccessRules.ExceptionList)
            .Within(capacities => capacities.JournalReads).WithTags("operations")
            .WithSummary("Walks the access log's chain: the first entry that does not fit, and whether a check's entry lies before it.");

    private static async Task<Ok<AccessLogVerification>> VerifyAsync(
        string? check, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        await engine.Access.FlushAsync(context.RequestAborted);
        var entry = string.IsNullOrEmpty(check) ? null : await reading.FindAsync(check, "check-receipt", context);
        var broken = await engine.Store.AccessLog.VerifyAsync(context.RequestAborted);
        return TypedResults.Ok(new AccessLogVerification(
            broken is null, broken, entry?.Number, entry is null ? null : broken is null || entry.Number < broken));
    }
}

/// <summary>Result of walking the access log's chain.</summary>
/// <param name="Whole">Whether every block fits to the one before it, up to the end that is kept apart.</param>
/// <param name="FirstBroken">The number of the first entry that does not fit; null where all do.</param>
/// <param name="Entry">The entry of the check that was asked for; null where none was.</param>
/// <param name="EntryProved">Whether that entry lies in the part of the chain that holds; null where none was asked for.</param>
public sealed record AccessLogVerification(bool Whole, long? FirstBroken, long? Entry, bool? EntryProved);
