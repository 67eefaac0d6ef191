using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Measures;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Measures;

/// <summary>The implementers' work list: what to apply and what to lift, and done when.</summary>
internal static class MeasureTaskPages
{
    private const int PageSize = 50;
    private const int ImplementerCharsMax = 200;
    private const string Operation = "portal/measure-task";
    private const string Path = PortalPaths.MeasureTasks + "/{task}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.MeasureTasks, ListAsync).ForWithPurpose(AccessRules.MeasureTasks)
            .Within(capacities => capacities.Lists);
        routes.GetPage(Path, ShowAsync).ForWithPurpose(AccessRules.MeasureTasks).Within(capacities => capacities.Lists);
        routes.PostForm(Path, EndAsync).ForWithPurpose(AccessRules.Check).Within(capacities => capacities.Lists);
    }

    private static async Task<IResult> ListAsync(
        string? implementer, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, SubjectLooks looks,
        PortalRequest request)
    {
        implementer = implementer?.Trim() is { Length: > 0 and <= ImplementerCharsMax } named ? named : null;
        var list = $"portal-measure-tasks/{implementer}";
        var after = MeasureTaskEndpoints.PlaceOf(cursors.Read(list, cursor));
        var found = await engine.MeasureTasks.ListAsync(
            new MeasureTaskQuery(implementer, after, PageSize + 1), context.RequestAborted);
        var page = found.Take(PageSize).ToList();
        foreach (var subject in page.Select(task => task.Subject).Distinct())
            await looks.RecordAsync(subject, Operation);
        return Pages.Page<MeasureTasksPage>(new MeasureTasksModel(
            implementer ?? "", page.ConvertAll(task => MeasureTaskEndpoints.Of(task, engine, request.Language)),
            request.IsAny(AccessRules.Check.Any), after is null ? null : Address(null),
            found.Count <= PageSize ? null : Address(cursors.Make(list, MeasureTaskEndpoints.TextOf(page[^1])))));

        string Address(string? next) => PortalPaths.MeasureTasks + QueryString.Create(
            new Dictionary<string, string?> { ["implementer"] = implementer, ["cursor"] = next }.Where(pair => pair.Value is not null));
    }

    private static async Task<IResult> ShowAsync(
        string task, string? done, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var found = await RequireAsync(task, context, engine, looks);
        return Pages.Page<MeasureTaskPage>(new MeasureTaskModel(
            MeasureTaskEndpoints.Of(found, engine, request.Language), "", "", done is not null, []));
    }

    private static async Task<IResult> EndAsync(
        string task, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var found = await RequireAsync(task, context, engine, looks);
        var (typed, note) = (form["done-on"], form["note"]);
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        var on = engine.Today;
        if (typed.Length > 0 && !DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out on))
            errors.Add(new FieldError("done-on", FeedbackTexts.DateWrong));
        else if (on > engine.Today)
            errors.Add(new FieldError("done-on", Text.Of(ErrorCatalogue.DateInFuture.Sentence)));
        else if (on < found.Since)
            errors.Add(new FieldError("done-on", Text.Of(ErrorCatalogue.DateTooEarly.Sentence)));
        if (note.Length > MeasureTaskService.NoteCharsMax)
            errors.Add(new FieldError("note", HomeTexts.TooLong.With(MeasureTaskService.NoteCharsMax)));
        else if (FaultOf(note, engine) is { } fault)
            errors.Add(new FieldError("note", fault));
        if (errors.Count == 0)
        {
            if (await engine.MeasureTasks.EndAsync(found.Change, on, note, Caller.Of(context).Actor, context.RequestAborted))
                return Pages.SeeOther(PortalPaths.MeasureTask(task) + "?done=1");
            errors.Add(new FieldError("", Text.Of(ErrorCatalogue.TaskDone.Sentence)));
            found = await RequireAsync(task, context, engine, looks);
        }

        return Pages.Page<MeasureTaskPage>(
            new MeasureTaskModel(MeasureTaskEndpoints.Of(found, engine, request.Language), typed, note, false, errors),
            StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The rules of texts that are stored.</summary>
    private static Text? FaultOf(string note, CreditEngine engine)
    {
        try
        {
            CommandText.Require(note, "/note", engine, hasLines: true);
            return null;
        }
        catch (RequestRefusedException refused)
        {
            return Text.Of(refused.Rejection.Error.Sentence);
        }
    }

    private static async Task<MeasureTask> RequireAsync(string task, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        if (MeasureTaskEndpoints.ChangeOf(task) is not { } change
            || await engine.MeasureTasks.FindAsync(change, context.RequestAborted) is not { } found)
            throw new RequestRefusedException(ErrorCatalogue.UnknownTask);
        await looks.RecordAsync(found.Subject, Operation, task);
        return found;
    }
}
