using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Feeds;

/// <summary>Verification of records by the platform, with which publicity begins where their kind asks for it.</summary>
internal static class VerificationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/sources/{source}/records:verify", VerifyAsync)
            .Require(AccessRules.CaseOf(CaseRoles.Platform)).AsCommand().WithTags("feeds")
            .WithMetadata(new AcceptsBody(typeof(VerificationBody), PolicyTexts.Json))
            .WithSummary("Says that records of a source have been verified: publicity begins with it where their kind asks for that.");

    private static async Task<Ok<VerificationResponse>> VerifyAsync(string source, HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<VerificationBody>(context);
        var ids = (body.Ids ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count is 0 or > VerificationService.RecordsMax || ids.Exists(string.IsNullOrEmpty))
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/ids", $"1 to {VerificationService.RecordsMax} ids");
        var (receipt, records) = await engine.Verifications.VerifyAsync(
            FeedEndpoints.ReadSource(source), ids, Caller.Of(context).Actor, context.RequestAborted);
        return TypedResults.Ok(new VerificationResponse(
            receipt?.Token.ToString(), records.Count(record => record is { Code: null, Already: false }),
            [.. records.Select(record => new VerificationItem(
                record.Record.Id, record.Code is not null ? "refused" : record.Already ? "already" : "verified", record.Code))]));
    }
}
