using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Reports;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using CreditGrains.Engine.CheckLists;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Lists of up to a million checks: asked for by a file of codes, followed, cancelled, and fetched as one signed file by those who asked.
/// Every answer of it is a check of its own on the access log, so fetching the file discloses nothing more to them.
/// </summary>
internal static class CheckListEndpoints
{
    private const string Signature = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/check-lists").WithTags("checks");
        routes.MapPost("/v1/check-lists", BeginAsync).Require(AccessRules.Check).AsStreamedCommand()
            .Within(capacities => capacities.Feeds)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute())
            .WithMetadata(new AcceptsBody(typeof(string), CheckListBody.Csv, CheckListBody.Lines))
            .Produces<CheckListResponse>(StatusCodes.Status202Accepted).WithTags("checks")
            .WithSummary("Asks for checks of up to 1,000,000 organisations in one matter, one code a line.");
        routes.MapGet("/v1/check-lists", ListAsync).Require(AccessRules.CheckList).WithTags("checks")
            .WithSummary("Lists of checks that are kept, the newest first: one's own; of auditors and operators all.");
        group.MapGet("/{list}", FindAsync).Require(AccessRules.CheckList)
            .WithSummary("How far a list of checks is, its counts, and the digest of its file.");
        group.MapPost("/{list}:cancel", CancelAsync).Require(AccessRules.Check)
            .WithSummary("Ends one's own list of checks; what was asked stays on the access log.");
        group.MapGet("/{list}/result", ResultAsync).Require(AccessRules.Check).Within(capacities => capacities.Lists)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [CheckListBody.Csv]))
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("The file of one's own finished list, CSV; Range goes on where a transfer broke off.");
        group.MapGet("/{list}/signature", SignatureAsync).Require(AccessRules.Check)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), [Signature]))
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("The detached signature of that file: ECDSA P-256 over its SHA-256, in DER.");
    }

    private static async Task<Results<Accepted<CheckListResponse>, EmptyHttpResult>> BeginAsync(
        string? purpose, string? matter, string? stage, string? bom, string? lang, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        var asked = AccessPurpose.Read(purpose, "/query/purpose", engine)
            ?? throw new RequestRefusedException(ErrorCatalogue.PurposeRequired, "/query/purpose");
        if (string.IsNullOrEmpty(matter))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/query/matter");
        if (stage is not null)
            CommandText.Require(stage, "/query/stage", engine);
        stage = string.IsNullOrEmpty(stage) ? null : stage;
        var question = new CheckRequest(default, asked, matter, stage, caller.Actor)
        {
            Department = caller.Source, Roles = caller.RoleNames,
        };
        if (engine.Checks.WhyRefused(question) is { } refused)
            throw new RequestRefusedException(refused with { Pointer = "/query" + refused.Pointer });
        var language = lang switch
        {
            null or "" => Language.Of(context, engine),
            "zh" or "en" => lang,
            _ => throw Parameters.Refused("lang", "zh or en"),
        };
        var hasMark = bom switch
        {
            null or "" or "false" => false,
            "true" => true,
            _ => throw Parameters.Refused("bom", "true or false"),
        };
        var isJson = CheckListBody.RequireLines(context.Request);
        var keyed = StreamedCommand.Of(context);
        keyed?.Append([isJson ? (byte)1 : (byte)0]);
        var lines = await CheckListBody.ReadAsync(context.Request.BodyReader, isJson, context.RequestAborted, keyed);
        if (keyed is not null && !await keyed.TakeAsync(context))
            return TypedResults.Empty;
        var command = new CheckListCommand(
            asked, matter, stage, language, hasMark, caller.Actor, caller.Source)
        {
            Roles = [.. caller.RoleNames], Id = IdOf(CommandOperation.Of(context), engine),
        };
        var run = await engine.CheckLists.BeginAsync(command, lines, context.RequestAborted)
            ?? throw new RequestRefusedException(
                ErrorCatalogue.TooManyRequests, "", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{CheckListService.OpenMax} at a time, {CheckListService.OpenPerActorMax} of one person"));
        return TypedResults.Accepted($"/v1/check-lists/{run.Id}", Of(run, engine));
    }

    /// <summary>The id of the list that a command with a key makes, however often it is carried out; null for any.</summary>
    private static string? IdOf(CommandOperation? operation, CreditEngine engine) => operation is null ? null : CheckNumber.ListOf(
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(operation.BegunAt, engine.Rulebook.TimeZone).DateTime),
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{operation.Id}{operation.BegunAt.UtcTicks}"))));

    private static async Task<Ok<CheckListPage>> ListAsync(HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        var all = await engine.CheckLists.Jobs.ListAsync(context.RequestAborted);
        var shown = all.Where(run => SeesAll(caller) || IsOwn(caller, run));
        return TypedResults.Ok(new CheckListPage([.. shown.Select(run => Of(run, engine))]));
    }

    private static async Task<Ok<CheckListResponse>> FindAsync(string list, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(Of(await RequireAsync(list, mustBeOwn: false, context, engine), engine));

    private static async Task<Ok<CheckListResponse>> CancelAsync(string list, HttpContext context, CreditEngine engine)
    {
        var run = await RequireAsync(list, mustBeOwn: true, context, engine);
        var ended = await engine.CheckLists.Jobs.CancelAsync(run.Id, Caller.Of(context).Actor, context.RequestAborted);
        return ended is { State: JobState.Cancelled }
            ? TypedResults.Ok(Of(ended, engine))
            : throw new RequestRefusedException(ErrorCatalogue.RunState, "", NameOf((ended ?? run).State));
    }

    internal static async Task<FileStreamHttpResult> ResultAsync(string list, HttpContext context, CreditEngine engine)
    {
        var run = await RequireFinishedAsync(list, context, engine);
        return TypedResults.Stream(
            engine.CheckLists.ResultOf(run), $"{CheckListBody.Csv}; charset=utf-8", $"{run.Id}.csv",
            entityTag: new EntityTagHeaderValue($"\"{run.Progress.Digest}\""), enableRangeProcessing: true);
    }

    internal static async Task<FileContentHttpResult> SignatureAsync(string list, HttpContext context, CreditEngine engine)
    {
        var run = await RequireFinishedAsync(list, context, engine);
        return run.Progress.Signature is { } signature
            ? TypedResults.Bytes(signature, Signature, $"{run.Id}.sig")
            : throw new RequestRefusedException(ErrorCatalogue.NotFound, "", "this server signs nothing");
    }

    private static async Task<CheckListRun> RequireFinishedAsync(string list, HttpContext context, CreditEngine engine)
    {
        var run = await RequireAsync(list, mustBeOwn: true, context, engine);
        return run is { State: JobState.Finished, Progress.Digest: not null }
            ? run : throw new RequestRefusedException(ErrorCatalogue.ListNotFinished, "", NameOf(run.State));
    }

    /// <summary>To those who may not see a list it is as if there were none.</summary>
    internal static async Task<CheckListRun> RequireAsync(string list, bool mustBeOwn, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        var run = list.Length <= CheckListIdMax ? await engine.CheckLists.Jobs.FindAsync(list, context.RequestAborted) : null;
        return run is not null && (IsOwn(caller, run) || (!mustBeOwn && SeesAll(caller)))
            ? run : throw new RequestRefusedException(ErrorCatalogue.UnknownList);
    }

    private const int CheckListIdMax = 64;

    private static bool SeesAll(Caller caller) => caller.IsAny(Roles.Auditor | Roles.Operator);

    internal static bool IsOwn(Caller caller, CheckListRun run) => caller.IsAny(AccessRules.Check.Any)
        && ((caller.Actor.Length > 0 && caller.Actor == run.Actor)
            || (caller.Source is { Length: > 0 } department && department == run.Department));

    private static string NameOf(JobState state) => state.ToString().ToLowerInvariant();

    internal static CheckListResponse Of(CheckListRun run, CreditEngine engine)
    {
        var progress = run.Progress;
        var zone = engine.Rulebook.TimeZone;
        return new CheckListResponse(
            run.Id, NameOf(run.State), run.State == JobState.Finished ? progress.Done : run.Done, run.Subjects, run.Purpose, run.Matter,
            run.Stage, TimeZoneInfo.ConvertTime(run.AskedAt, zone),
            run.EndedAt is { } ended ? TimeZoneInfo.ConvertTime(ended, zone) : null,
            new CheckListCounts(
                progress.Checked, progress.Adverse, progress.Serious, progress.Failed,
                new CheckListOutcomes(progress.Outcomes[0], progress.Outcomes[1], progress.Outcomes[2], progress.Outcomes[3])),
            run.State != JobState.Finished || progress.Digest is null
                ? null
                : new CheckListFileResponse(
                    progress.Length, $"sha256:{progress.Digest}",
                    progress.KeyId is null ? null : ReportSignature.AlgorithmOf(progress.KeyId), progress.KeyId, ReportEndpoints.PemPath),
            run.Error);
    }
}
