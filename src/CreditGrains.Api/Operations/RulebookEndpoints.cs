using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>Kinds, measures and matters of the rulebook in force, and every error code.</summary>
internal static class RulebookEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/rulebook", (CreditEngine engine) => TypedResults.Ok(RulebookResponse.Of(engine.Rulebook)))
            .Require(AccessRules.Rulebook).WithTags("rulebook")
            .WithSummary("The rulebook in force: kinds and their fields, measures, matters, and the mappings of CSV and XLSX files.");
        routes.MapGet("/v1/rulebook/kinds/{kind}", Kind)
            .Require(AccessRules.Rulebook).WithTags("rulebook").WithSummary("One record kind and its fields.");
        routes.MapGet("/v1/errors", Errors)
            .Require(AccessRules.Rulebook).WithTags("rulebook").WithSummary("Every error code, with what it means and what to do.");
    }

    private static Ok<KindResponse> Kind(string kind, CreditEngine engine) =>
        engine.Rulebook.Catalogue.Kinds.TryGetValue(kind, out var known)
            ? TypedResults.Ok(KindResponse.Of(known))
            : throw new RequestRefusedException(ErrorCatalogue.UnknownKind, "", null, StatusCodes.Status404NotFound);

    private static Ok<ErrorList> Errors(HttpContext context)
    {
        var language = Language.Of(context);
        return TypedResults.Ok(new ErrorList([.. ErrorCatalogue.All.Values
            .OrderBy(error => error.Code, StringComparer.Ordinal)
            .Select(error => new ErrorResponse(error.Code, error.HttpStatus, error.Sentence.In(language), error.Advice.In(language)))]));
    }
}

/// <summary>The error catalogue.</summary>
public sealed record ErrorList(IReadOnlyList<ErrorResponse> Items);

/// <summary>One code: HTTP status where it answers a whole request, what is wrong, what to do.</summary>
public sealed record ErrorResponse(string Code, int Status, string Sentence, string Advice);
