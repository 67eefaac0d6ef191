using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>The confirmed exception list: codes legally issued though a check digit fails, each with its evidence.</summary>
internal static class IdentifierExceptionEndpoints
{
    private const int BytesMax = 16 * 1024;
    private const int EvidenceCharsMax = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/identifier-exceptions", ListAsync)
            .Require(AccessRules.ExceptionList).WithTags("operations").WithSummary("Codes admitted though a check digit fails.");
        routes.MapPut("/v1/identifier-exceptions/{code}", PutAsync)
            .Require(AccessRules.Operate).WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(ExceptionEvidence), FeedBody.Array))
            .WithSummary("Admits a code, with the evidence that it was issued; in force at once.");
    }

    private static async Task<Ok<ExceptionList>> ListAsync(
        string? limit, string? cursor, string? purpose, HttpContext context, CreditEngine engine, Cursors cursors, ShownSubjects shown)
    {
        const string List = "identifier-exceptions";
        var size = string.IsNullOrEmpty(limit) ? Parameters.LimitMax : Parameters.Limit(limit);
        var after = cursors.Read(List, cursor) ?? "";
        var found = engine.IdentifierExceptions.All.Where(entry => string.CompareOrdinal(entry.Code, after) > 0)
            .OrderBy(entry => entry.Code, StringComparer.Ordinal).Take(size + 1).ToList();
        var page = found.Take(size).ToList();
        await shown.RecordAsync(page.Select(entry => new SubjectId(entry.Code)), "identifier-exception", null, context);
        return TypedResults.Ok(new ExceptionList(
            [.. page.Select(ExceptionResponse.Of)], found.Count > size ? cursors.Make(List, page[^1].Code) : null));
    }

    private static async Task<Ok<ExceptionResponse>> PutAsync(
        string code, HttpContext context, CreditEngine engine, SubjectCodes codes, TimeProvider time)
    {
        var subject = codes.ReadForException(code);
        var evidence = Evidence(await SmallBody.ReadAsync(context.Request, BytesMax, context.RequestAborted));
        CommandText.Require(evidence, "/evidence", engine, hasLines: true);
        var entry = new IdentifierException(subject.Value, evidence, Caller.Of(context).Actor, time.GetUtcNow());
        await engine.IdentifierExceptions.PutAsync(entry, context.RequestAborted);
        return TypedResults.Ok(ExceptionResponse.Of(entry));
    }

    private static string Evidence(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new RequestRefusedException(ErrorCatalogue.WrongType, "", "a JSON object");
            if (!document.RootElement.TryGetProperty("evidence", out var evidence) || evidence.ValueKind == JsonValueKind.Null)
                throw new RequestRefusedException(ErrorCatalogue.Required, "/evidence");
            if (evidence.ValueKind != JsonValueKind.String)
                throw new RequestRefusedException(ErrorCatalogue.WrongType, "/evidence", "a text");
            var text = evidence.GetString()!.Trim();
            if (text.Length == 0)
                throw new RequestRefusedException(ErrorCatalogue.Required, "/evidence");
            return text.Length <= EvidenceCharsMax
                ? text
                : throw new RequestRefusedException(ErrorCatalogue.TooLong, "/evidence", $"at most {EvidenceCharsMax} characters");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new RequestRefusedException(ErrorCatalogue.MalformedJson);
        }
    }
}

/// <summary>Where the issue of a code is confirmed.</summary>
public sealed record ExceptionEvidence(string Evidence);

/// <summary>A page of the exception list, in the order of codes.</summary>
public sealed record ExceptionList(IReadOnlyList<ExceptionResponse> Items, string? Next);

/// <summary>One admitted code.</summary>
public sealed record ExceptionResponse(string Code, string Evidence, string Actor, DateTimeOffset At)
{
    internal static ExceptionResponse Of(IdentifierException entry) => new(entry.Code, entry.Evidence, entry.Actor, entry.At);
}
