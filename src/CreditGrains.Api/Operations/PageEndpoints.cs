using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Closings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>Public pages that an operator takes down while what they show is put right, and shows again.</summary>
internal static class PageEndpoints
{
    private const int PathCharsMax = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/pages", ListAsync).Require(AccessRules.PageRead).WithTags("operations")
            .WithSummary("Public pages that are closed, and what operators have closed and opened, the newest first.");
        routes.MapPost("/v1/pages:close", CloseAsync).Require(AccessRules.Operate).AsCommand().WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(PageBody), PolicyTexts.Json))
            .WithSummary("Takes a public page down with all below it, on all nodes within seconds: it answers 503 page-closed.");
        routes.MapPost("/v1/pages:open", OpenAsync).Require(AccessRules.Operate).AsCommand().WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(PageBody), PolicyTexts.Json)).WithSummary("Shows a page again.");
    }

    private static async Task<Ok<ClosedPagesResponse>> ListAsync(HttpContext context, CreditEngine engine) => TypedResults.Ok(
        new ClosedPagesResponse(engine.Closings.All, await engine.Closings.ActsAsync(context.RequestAborted)));

    private static Task<Ok<ClosedPagesResponse>> CloseAsync(HttpContext context, CreditEngine engine) =>
        ChangeAsync(context, engine, engine.Closings.CloseAsync);

    private static Task<Ok<ClosedPagesResponse>> OpenAsync(HttpContext context, CreditEngine engine) =>
        ChangeAsync(context, engine, engine.Closings.OpenAsync);

    private static async Task<Ok<ClosedPagesResponse>> ChangeAsync(
        HttpContext context, CreditEngine engine, Func<string, string, string, CancellationToken, Task<bool>> change)
    {
        var body = await JsonBody.ReadAsync<PageBody>(context);
        if (string.IsNullOrWhiteSpace(body.Path))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/path");
        var path = body.Path.Length <= PathCharsMax
            ? context.RequestServices.GetService<IPublicPages>()?.Find(body.Path.Trim()) : null;
        if (path is null)
            throw new RequestRefusedException(ErrorCatalogue.UnknownPage, "/path", body.Path.Length <= PathCharsMax ? body.Path : null);
        var reason = RequiredText.Reason(body.Reason);
        return await change(path, Caller.Of(context).Actor, reason, context.RequestAborted)
            ? await ListAsync(context, engine) : throw new RequestRefusedException(ErrorCatalogue.PageState, "/path", path);
    }
}

/// <summary>A public page.</summary>
/// <param name="Path">Its path, for instance <c>/portal/lists/serious-dishonesty</c>; required.</param>
/// <param name="Reason">Kept with the act, not shown to the public; required.</param>
public sealed record PageBody(string? Path = null, string? Reason = null);

/// <summary>Public pages that are closed.</summary>
/// <param name="Items">By path.</param>
/// <param name="Acts">Acts of operators, the newest first.</param>
public sealed record ClosedPagesResponse(IReadOnlyList<ClosedPage> Items, IReadOnlyList<ClosingAct> Acts);
