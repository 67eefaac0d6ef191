using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Engine.Cases;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Api.Cases;

/// <summary>
/// Proofs (证明材料): uploaded for an organisation before a step names them, so that a case that has no number yet can have some, and
/// read from the case by its parties. The upload is named by its content: sent again, it is the same one.
/// </summary>
internal static class ProofEndpoints
{
    private static readonly string[] MediaTypes = [.. Enum.GetValues<ProofType>().Select(ProofFile.MediaTypeOf)];
    private static readonly MinDataRate Rate = new(bytesPerSecond: 4 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/subjects/{id}/proofs", AddAsync)
            .Require(AccessRules.CaseOf(CaseRoles.Subject | CaseRoles.Source | CaseRoles.Platform)).Within(capacities => capacities.Proofs)
            .WithMetadata(new DisableRequestSizeLimitAttribute(), new AcceptsBody(typeof(Stream), [.. MediaTypes, AcceptsBody.Anything]))
            .WithTags("proofs").WithSummary("Uploads a PDF, PNG or JPEG that a step of a case names within a day; judged by its content.");
        routes.MapGet("/v1/cases/{case}/proofs/{digest}", ReadAsync).Require(AccessRules.ProofRead)
            .Within(capacities => capacities.Proofs)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), MediaTypes))
            .WithTags("proofs").WithSummary("A file of a case, to its parties only.");
    }

    /// <summary>Sends a file so that a browser keeps it and shows nothing of it within this site.</summary>
    public static FileContentHttpResult Send(ProofContent found, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "no-store";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(ProofFile.NameOf(found.Proof.Name, found.Proof.Type));
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.File(found.Content!, ProofFile.MediaTypeOf(found.Proof.Type));
    }

    /// <summary>Slower senders of files are cut off: each holds one of few places.</summary>
    public static void LimitRate(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = Rate;
    }

    private static async Task<Created<ProofResponse>> AddAsync(string id, string? name, HttpContext context, CaseReading reading)
    {
        LimitRate(context);
        var subject = reading.ReadSubject(id);
        var actor = reading.ActorFor(subject, context);
        var content = await SmallBody.ReadAsync(
            context.Request, ProofFile.BytesMax, context.RequestAborted, ErrorCatalogue.ProofTooLarge);
        var result = await reading.Engine.Proofs.AddAsync(
            subject, actor, name, content, Caller.Of(context).Actor, context.RequestAborted);
        if (result.Upload is not { } upload)
        {
            var rejection = result.Rejection!;
            throw new RequestRefusedException(
                rejection.Pointer.Length == 0 ? rejection : rejection with { Pointer = "/query" + rejection.Pointer });
        }

        return TypedResults.Created((string?)null, new ProofResponse(
            upload.Digest, upload.Name, ProofFile.MediaTypeOf(upload.Type), upload.Size, result.Until));
    }

    private static async Task<FileContentHttpResult> ReadAsync(
        string @case, string digest, string? purpose, HttpContext context, CaseReading reading) =>
        Send(await reading.RequireProofAsync(@case, digest, context), context);
}
