using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Rules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>Changes of the rulebook (规则手册) beyond its policy while the platform runs: one person hands in, another puts in force.</summary>
internal static class RulebookChangeEndpoints
{
    private const int BytesMax = 1024 * 1024;
    private const string List = "rulebooks";
    private const int HistoryMax = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rulebook = routes.MapGroup("/v1/rulebook").WithTags("rulebook");
        rulebook.MapGet("/files", FilesAsync).Require(AccessRules.PolicyRead)
            .WithSummary("The files of the rulebook in force, and who changed it when.");
        routes.MapPost("/v1/rulebook:validate", ValidateAsync).WithTags("rulebook").Require(AccessRules.PolicyWork)
            .Within(capacities => capacities.JournalReads)
            .WithMetadata(new AcceptsBody(typeof(RulebookBody), PolicyTexts.Json))
            .WithSummary("Reads files without keeping them: every mistake, every change, and the stored records that stand against it.");
        routes.MapPost("/v1/rulebook", ProposeAsync).WithTags("rulebook").Require(AccessRules.PolicyDraft).AsCommand()
            .Within(capacities => capacities.JournalReads)
            .WithMetadata(new AcceptsBody(typeof(RulebookBody), PolicyTexts.Json))
            .WithSummary("Hands in the files of a rulebook for another person to put in force.");
        rulebook.MapGet("/proposals", ListAsync).Require(AccessRules.PolicyRead)
            .WithSummary("Rulebooks that were handed in, and the one in force.");
        rulebook.MapGet("/proposals/{digest}", FindAsync).Require(AccessRules.PolicyRead)
            .Within(capacities => capacities.JournalReads)
            .WithSummary("A rulebook that was handed in, with its files and what it would change now.");
        rulebook.MapPost("/proposals/{digest}:apply", ApplyAsync).Require(AccessRules.PolicyDecide).AsCommand()
            .Within(capacities => capacities.JournalReads)
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Puts a rulebook in force, at once and without a restart: the second person, with a reason.");
    }

    private static async Task<Ok<RulebookFilesResponse>> FilesAsync(HttpContext context, CreditEngine engine)
    {
        var rulebook = engine.Rulebooks.InForce;
        var history = await engine.Rulebooks.EventsAsync(0, HistoryMax, context.RequestAborted);
        return TypedResults.Ok(new RulebookFilesResponse(rulebook.BaseDigest, rulebook.Files,
            [.. history.Select(RulebookStepResponse.Of)]));
    }

    private static async Task<Ok<RulebookReviewResponse>> ValidateAsync(
        string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var body = await JsonBody.ReadAsync<RulebookBody>(context, BytesMax);
        var (review, mistakes) = await engine.Rulebooks.CompareAsync(body.Files, context.RequestAborted);
        await RecordAsync(review, shown, context);
        return review is null
            ? throw Invalid(new Rejection(ErrorCatalogue.RulebookInvalid, "/files"), mistakes)
            : TypedResults.Ok(RulebookReviewResponse.Of(review, Language.Of(context)));
    }

    private static async Task<Created<RulebookProposalResponse>> ProposeAsync(
        string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var body = await JsonBody.ReadAsync<RulebookBody>(context, BytesMax);
        var step = await engine.Rulebooks.ProposeAsync(body.Files, Caller.Of(context).Actor, body.Note, context.RequestAborted);
        if (step.Proposal is not { } proposal)
            throw Invalid(step.Rejection!, step.Mistakes);
        await RecordAsync(step.Review, shown, context);
        return TypedResults.Created(
            $"/v1/rulebook/proposals/{proposal.Digest}",
            RulebookProposalResponse.Of(
                proposal, engine.Rulebooks.InForce.BaseDigest, RulebookReviewResponse.Of(step.Review!, Language.Of(context)), false));
    }

    private static async Task<Ok<RulebookProposalPage>> ListAsync(
        string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        var size = Parameters.Limit(limit);
        var inForce = engine.Rulebooks.InForce.BaseDigest;
        var found = await engine.Rulebooks.ListAsync(cursors.Read(List, cursor), size + 1, context.RequestAborted);
        var page = found.Take(size).Select(proposal => RulebookProposalResponse.Of(proposal, inForce, null, false)).ToList();
        return TypedResults.Ok(new RulebookProposalPage(
            inForce, page, found.Count > size ? cursors.Make(List, page[^1].Digest) : null));
    }

    private static async Task<Ok<RulebookProposalResponse>> FindAsync(
        string digest, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var proposal = await engine.Rulebooks.FindAsync(digest, context.RequestAborted) ?? throw Unknown(digest);
        var (review, _) = await engine.Rulebooks.CompareAsync(proposal.Files, context.RequestAborted);
        await RecordAsync(review, shown, context);
        return TypedResults.Ok(RulebookProposalResponse.Of(
            proposal, engine.Rulebooks.InForce.BaseDigest,
            review is null ? null : RulebookReviewResponse.Of(review, Language.Of(context)), true));
    }

    private static async Task<Ok<RulebookAppliedResponse>> ApplyAsync(
        string digest, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        var before = engine.Rulebooks.InForce.BaseDigest;
        var step = await engine.Rulebooks.ApplyAsync(digest, Caller.Of(context).Actor, body.Reason, context.RequestAborted)
            ?? throw Unknown(digest);
        var language = Language.Of(context);
        if (step.Rejection is { } rejection)
        {
            await RecordAsync(step.Review, shown, context);
            throw step.Review is { MayApply: false } review
                ? Incompatible(rejection, review, language) : Invalid(rejection, step.Mistakes);
        }

        var run = engine.Recomputation.Newest;
        var rules = engine.Status().Rules;
        return TypedResults.Ok(new RulebookAppliedResponse(
            step.Proposal!.Digest, rules, before,
            [.. step.Review!.Changes.Select(change => RulebookChangeResponse.Of(change, language))],
            run?.Rules == rules && run.IsOpen ? run.Id : null));
    }

    /// <summary>The records that stand against a rulebook are shown with their source and id: of whom is recorded.</summary>
    private static ValueTask RecordAsync(RulebookReview? review, ShownSubjects shown, HttpContext context) => review is null
        ? ValueTask.CompletedTask
        : shown.RecordAsync(review.FirstFaults.Select(fault => fault.Subject), "rulebook", review.Digest[..16], context);

    private static RequestRefusedException Unknown(string digest) => new(ErrorCatalogue.UnknownRulebook, "", digest);

    /// <summary>Every mistake at once, each with file, line and advice.</summary>
    private static RequestRefusedException Invalid(Rejection rejection, IReadOnlyList<Domain.Rulebooks.RulebookMistake> mistakes) =>
        new(rejection)
        {
            Places = mistakes.Count == 0
                ? null : [.. mistakes.Select(m => new ProblemPlace($"/files/{PointerOf(m.File)}", m.Message, m.Line, m.Code, m.Advice))],
        };

    /// <summary>The changes that cannot be made, the records that stand against them, and the policy that would not load.</summary>
    private static RequestRefusedException Incompatible(Rejection rejection, RulebookReview review, string language)
    {
        var places = review.Changes.Where(change => change.Effect == Domain.Policies.ChangeEffect.Incompatible)
            .Select(change => new ProblemPlace($"/rulebook/{change.Path}", change.Text.In(language), Code: "change"))
            .Concat(review.FirstFaults.Select(fault => new ProblemPlace(
                $"/records/{PointerOf(fault.Record.Source.Value)}/{PointerOf(fault.Record.Id)}",
                $"{fault.Kind}, revision {fault.Revision}: {fault.Detail}", Code: "record")));
        if (review.PolicyMistakes is { } mistakes)
            places = places.Append(new ProblemPlace("/policies", mistakes, Code: "policy"));
        return new RequestRefusedException(rejection) { Places = [.. places] };
    }

    private static string PointerOf(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
