using System.IO.Pipelines;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.CheckLists;
using CreditGrains.Engine.Jobs;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Lists of up to a million checks: handed in as a file, followed, ended, and fetched with their signature.</summary>
internal static class CheckListJobPages
{
    private const string Path = PortalPaths.CheckListJobs + "/{list}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.CheckListJobs, ListAsync).ForWithPurpose(AccessRules.Check);
        routes.PostForm(PortalPaths.CheckListJobs, BeginAsync).ForWithPurpose(AccessRules.Check).Within(capacities => capacities.Feeds)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
        routes.GetPage(Path, ShowAsync).ForWithPurpose(AccessRules.Check);
        routes.PostForm(Path + "/cancel", CancelAsync).ForWithPurpose(AccessRules.Check);
        routes.GetPage(Path + "/result", CheckListEndpoints.ResultAsync).ForWithPurpose(AccessRules.Check)
            .Within(capacities => capacities.Lists);
        routes.GetPage(Path + "/signature", CheckListEndpoints.SignatureAsync).ForWithPurpose(AccessRules.Check);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CreditEngine engine, PortalRequest request) =>
        Pages.Page<CheckListJobsPage>(await ModelOf("", "", [], context, engine, request));

    private static async Task<IResult> BeginAsync(
        HttpContext context, CreditEngine engine, CheckReader reader, PortalRequest request, UploadedFiles files)
    {
        using var file = files.Make();
        var form = await UploadForm.ReadAsync(context, CheckListBody.BytesMax, file.Path);
        var errors = CheckPages.MatterErrors(form.Fields, engine, reader, request);
        if (form.FileName is null)
            errors.Add(new FieldError("file", CheckListTexts.FileMissing));
        else if (form.IsTooLarge)
            errors.Add(new FieldError("file", CheckListTexts.FileTooLarge));
        if (errors.Count == 0)
        {
            try
            {
                await using var content = File.OpenRead(file.Path);
                var lines = await CheckListBody.ReadAsync(
                    PipeReader.Create(content), System.IO.Path.GetExtension(form.FileName!) is ".ndjson" or ".jsonl" or ".json",
                    context.RequestAborted);
                var caller = Caller.Of(context);
                var command = new CheckListCommand(
                    CheckPages.PurposeOf(request), form.Fields["matter"], CheckPages.StageOf(form.Fields["stage"]), request.Language, true,
                    caller.Actor, caller.Source) { Roles = [.. caller.RoleNames] };
                if (await engine.CheckLists.BeginAsync(command, lines, context.RequestAborted) is { } run)
                    return Pages.SeeOther(PortalPaths.CheckListJob(run.Id));
                errors.Add(new FieldError("", CheckListTexts.TooMany.With(CheckListService.OpenPerActorMax)));
            }
            catch (RequestRefusedException refused)
            {
                errors.Add(new FieldError("file", refused.Rejection.Error == ErrorCatalogue.Required
                    ? CheckListTexts.FileEmpty : CheckListTexts.FileTooLarge));
            }
        }

        await BodyDrain.ReadAsync(context);
        return Pages.Page<CheckListJobsPage>(
            await ModelOf(form.Fields["matter"], form.Fields["stage"], errors, context, engine, request),
            StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(string list, HttpContext context, CreditEngine engine) =>
        Pages.Page<CheckListJobPage>(Of(
            await CheckListEndpoints.RequireAsync(list, mustBeOwn: true, context, engine), engine));

    private static async Task<IResult> CancelAsync(string list, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var run = await CheckListEndpoints.RequireAsync(list, mustBeOwn: true, context, engine);
        if (form.IsFresh)
            await engine.CheckLists.Jobs.CancelAsync(run.Id, Caller.Of(context).Actor, context.RequestAborted);
        return Pages.SeeOther(PortalPaths.CheckListJob(list));
    }

    private static async Task<CheckListJobsModel> ModelOf(
        string matter, string stage, IReadOnlyList<FieldError> errors, HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var caller = Caller.Of(context);
        var all = await engine.CheckLists.Jobs.ListAsync(context.RequestAborted);
        return new CheckListJobsModel(
            CheckPages.FormOf("", matter, stage, engine, request, errors),
            [.. all.Where(run => CheckListEndpoints.IsOwn(caller, run)).Select(run => Of(run, engine))]);
    }

    private static CheckListJobModel Of(CheckListRun run, CreditEngine engine) => new(
        CheckListEndpoints.Of(run, engine),
        engine.Rulebook.Matters.TryGetValue(run.Matter, out var matter) ? Text.Of(matter.Title) : new Text(run.Matter, run.Matter));
}
