using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Engine.Rules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Policies;

/// <summary>The life of policy versions (评价标准): draft, validate, simulate, approve, activate, roll back, withdraw.</summary>
internal static class PolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var policies = routes.MapGroup("/v1").WithTags("policies");
        policies.MapGet("/policies", ListAsync).Require(AccessRules.PolicyRead)
            .WithSummary("Policy versions in the order of their names, and the one in force.");
        policies.MapPost("/policies", DraftAsync).Require(AccessRules.PolicyDraft).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(PolicyDraftBody), PolicyTexts.Json, PolicyTexts.Yaml))
            .WithSummary("Hands in a new version: the text of policy.yaml, or JSON with text and note. All mistakes are answered at once.");
        policies.MapPost("/policies:validate", ValidateTextAsync).Require(AccessRules.PolicyWork)
            .WithMetadata(new AcceptsBody(typeof(PolicyDraftBody), PolicyTexts.Json, PolicyTexts.Yaml))
            .WithSummary("Reads a text without keeping it: every mistake, and what would change, in words.");
        policies.MapGet("/policies/{version}", FindAsync).Require(AccessRules.PolicyRead)
            .WithSummary("One version: text, state, history, and the difference in words from the one in force or ?against=.");
        policies.MapPost("/policies/{version}:validate", ValidateAsync).Require(AccessRules.PolicyWork)
            .WithSummary("Reads a version again against the rulebook of now.");
        policies.MapPost("/policies/{version}:simulate", SimulationEndpoints.SimulateAsync).Require(AccessRules.PolicyWork)
            .WithMetadata(new AcceptsBody(typeof(SimulationBody), PolicyTexts.Json, AcceptsBody.Anything))
            .WithSummary("Says what a version would do to all stored subjects or a sample; 202 with a run to ask for when it takes long.");
        policies.MapPost("/policies/{version}:approve", ApproveAsync).Require(AccessRules.PolicyDecide).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Approves a draft: the second person, with a reason.");
        policies.MapPost("/policies/{version}:activate", ActivateAsync).Require(AccessRules.PolicyDecide).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ActivationBody), PolicyTexts.Json, AcceptsBody.Anything))
            .WithSummary("Puts an approved version in force, at once or from a later instant on; asks for a confirmation that names the "
                + "number when many would go down a grade.");
        policies.MapPost("/policies/{version}:rollback", RollBackAsync).Require(AccessRules.PolicyDecide).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ActivationBody), PolicyTexts.Json))
            .WithSummary("Puts a version in force again that was before, with a reason.");
        policies.MapPost("/policies/{version}:cancel", CancelAsync).Require(AccessRules.PolicyDecide).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Takes back the next scheduled activation of a version.");
        policies.MapPost("/policies/{version}:withdraw", WithdrawAsync).Require(AccessRules.PolicyWork).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Takes a version back for good, unless it is in force or scheduled.");
        SimulationEndpoints.Map(policies);
    }

    private static async Task<Ok<PolicyPage>> ListAsync(
        string? limit, string? cursor, HttpContext context, CreditEngine engine, PolicyViews views, Cursors cursors)
    {
        const string List = "policies";
        var size = Parameters.Limit(limit);
        var versions = await engine.Policies.ListAsync(cursors.Read(List, cursor), size + 1, context.RequestAborted);
        var page = versions.Take(size).Select(views.Summary).ToList();
        return TypedResults.Ok(new PolicyPage(
            engine.Policies.InForce, page, versions.Count > size ? cursors.Make(List, page[^1].Version) : null));
    }

    private static async Task<Created<PolicyVersionResponse>> DraftAsync(HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var body = await PolicyTexts.ReadAsync(context);
        var reading = engine.Policies.Read(body.Text);
        if (reading.Rulebook is null)
            throw PolicyTexts.Refused(reading.Mistakes);
        var outcome = await engine.Policies.DraftAsync(body.Text, Caller.Of(context).Actor, body.Note, context.RequestAborted);
        var version = outcome.State?.Version ?? await MadeAsync(reading.Rulebook.Policy.Version, context, engine)
            ?? throw new RequestRefusedException(outcome.Rejection!);
        return TypedResults.Created($"/v1/policies/{version}", await ShowAsync(version, null, context, views));
    }

    /// <summary>The version, if this very command has drafted it before its answer was lost.</summary>
    private static async Task<string?> MadeAsync(string version, HttpContext context, CreditEngine engine) =>
        await engine.Policies.FindAsync(version, context.RequestAborted) is { Version: { } known }
        && known.Author == Caller.Of(context).Actor && CommandOperation.Made(context, known.CreatedAt) ? version : null;

    private static async Task<Ok<PolicyValidation>> ValidateTextAsync(HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var body = await PolicyTexts.ReadAsync(context);
        return TypedResults.Ok(views.Validated(engine.Policies.Read(body.Text), Language.Of(context)));
    }

    private static async Task<Ok<PolicyValidation>> ValidateAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var known = await views.FindAsync(version, context.RequestAborted);
        return TypedResults.Ok(views.Validated(engine.Policies.Read(known.Version.Text), Language.Of(context)));
    }

    private static async Task<Ok<PolicyVersionResponse>> FindAsync(
        string version, string? against, HttpContext context, PolicyViews views) =>
        TypedResults.Ok(await ShowAsync(version, against, context, views));

    private static async Task<Ok<PolicyVersionResponse>> ApproveAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        var outcome = await engine.Policies.ApproveAsync(
            version, Caller.Of(context).Actor, body.Reason, TagsOf(context), context.RequestAborted);
        return await AnswerAsync(version, outcome, context, views);
    }

    private static async Task<Ok<PolicyVersionResponse>> WithdrawAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        var outcome = await engine.Policies.WithdrawAsync(
            version, Caller.Of(context).Actor, body.Reason, TagsOf(context), context.RequestAborted);
        return await AnswerAsync(version, outcome, context, views);
    }

    private static async Task<Ok<ActivationResponse>> ActivateAsync(
        string version, HttpContext context, CreditEngine engine, ApiOptions options)
    {
        var body = await JsonBody.ReadAsync<ActivationBody>(context);
        return TypedResults.Ok(await PutInForceAsync(version, body, context, engine, options));
    }

    private static async Task<Ok<ActivationResponse>> RollBackAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views, ApiOptions options)
    {
        var body = await JsonBody.ReadAsync<ActivationBody>(context);
        var known = await views.FindAsync(version, context.RequestAborted);
        var hasBeen = engine.Policies.StateOf(known.Version) is PolicyState.Superseded or PolicyState.Active
            || engine.Policies.Timeline.Activations.Any(activation => activation.Version == version && !activation.Scheduled);
        return hasBeen
            ? TypedResults.Ok(await PutInForceAsync(version, body, context, engine, options))
            : throw new RequestRefusedException(ErrorCatalogue.PolicyNeverInForce, "", version);
    }

    private static async Task<Ok<PolicyVersionResponse>> CancelAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        var outcome = await engine.Policies.CancelAsync(
            version, Caller.Of(context).Actor, body.Reason, TagsOf(context), context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPolicy, "", version);
        if (outcome.Rejection is { } refused)
            throw new RequestRefusedException(refused);
        return TypedResults.Ok(await ShowAsync(version, null, context, views));
    }

    private static async Task<ActivationResponse> PutInForceAsync(
        string version, ActivationBody body, HttpContext context, CreditEngine engine, ApiOptions options)
    {
        var before = engine.Policies.InForce;
        var order = new ActivationCommand
        {
            Actor = Caller.Of(context).Actor,
            At = body.At?.ToUniversalTime(),
            Reason = body.Reason,
            ConfirmDowngrades = body.ConfirmDowngrades,
        };
        var guard = new DowngradeGuard(options.DowngradePercentMax);
        var outcome = await engine.Policies.ActivateAsync(version, order, guard, TagsOf(context), context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPolicy, "", version);
        var timeline = outcome.State ?? throw new RequestRefusedException(outcome.Rejection!);
        var activation = timeline.Activations.MaxBy(made => made.Number)!;
        var known = await engine.Policies.FindAsync(version, context.RequestAborted);
        var run = engine.Recomputation.Newest;
        return new ActivationResponse(
            version, PolicyViews.WordOf(known!.State), activation.At, before,
            run?.PolicyVersion == version && run.IsOpen ? run.Id : null);
    }

    /// <summary>
    /// The tags of <c>If-Match</c>, which are compared as part of the write; null where anything that exists will do.
    /// </summary>
    private static List<string>? TagsOf(HttpContext context)
    {
        var tags = context.Request.Headers.IfMatch.SelectMany(header => (header ?? "").Split(',')).Select(tag => tag.Trim()).ToList();
        return tags.Count == 0 || tags.Contains("*") ? null : tags;
    }

    private static async Task<Ok<PolicyVersionResponse>> AnswerAsync(
        string version, PolicyOutcome<PolicyVersion>? outcome, HttpContext context, PolicyViews views)
    {
        if (outcome is not { } made)
            throw new RequestRefusedException(ErrorCatalogue.UnknownPolicy, "", version);
        if (made.Rejection is { } refused)
            throw new RequestRefusedException(refused);
        return TypedResults.Ok(await ShowAsync(version, null, context, views));
    }

    private static async Task<PolicyVersionResponse> ShowAsync(string version, string? against, HttpContext context, PolicyViews views)
    {
        var known = await views.FindAsync(version, context.RequestAborted);
        context.Response.Headers.ETag = views.TagOf(known.Version);
        return await views.WholeAsync(known, against, Language.Of(context), context.RequestAborted);
    }
}
