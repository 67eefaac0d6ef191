using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Retention;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Retention;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Destruction after retention: one operator counts, another one carries it out, by the interface's rules.</summary>
internal static class RetentionPages
{
    private const string Run = PortalPaths.Retention + "/{run}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Retention, ListAsync).For(AccessRules.JobRead);
        routes.PostForm(PortalPaths.Retention, CountAsync).For(AccessRules.Operate);
        routes.GetPage(Run, ShowAsync).For(AccessRules.JobRead);
        routes.PostForm(Run, CarryOutAsync).For(AccessRules.Operate);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CreditEngine engine) =>
        await ListedAsync(context, engine, "", []);

    private static async Task<IResult> CountAsync(HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        if (errors.Count == 0)
        {
            try
            {
                var run = await RetentionEndpoints.CountAsync(engine, Caller.Of(context).Actor, form["reason"], context.RequestAborted);
                return Pages.SeeOther($"{PortalPaths.Retention}/{run.Id}");
            }
            catch (RequestRefusedException refused)
            {
                errors.Add(new FieldError("", WordsOf(refused)));
            }
        }

        return await ListedAsync(context, engine, form["reason"], errors);
    }

    private static async Task<IResult> ShowAsync(string run, HttpContext context, CreditEngine engine) =>
        await ShownAsync(run, context, engine, "", "", []);

    private static async Task<IResult> CarryOutAsync(string run, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        var isNumber = long.TryParse(form["confirm"], NumberStyles.None, CultureInfo.InvariantCulture, out var confirm);
        if (!isNumber)
            errors.Insert(0, new FieldError("confirm", RetentionTexts.ConfirmMissing));
        if (errors.Count == 0)
        {
            try
            {
                var begun = await RetentionEndpoints.CarryOutAsync(
                    engine, run, confirm, Caller.Of(context).Actor, form["reason"], context.RequestAborted);
                return Pages.SeeOther($"{PortalPaths.Retention}/{begun.Id}");
            }
            catch (RequestRefusedException refused) when (refused.Rejection.Error != ErrorCatalogue.UnknownRetentionRun)
            {
                errors.Add(refused.Rejection.Pointer == "/confirm"
                    ? new FieldError("confirm", RetentionTexts.ConfirmWrong) : new FieldError("", WordsOf(refused)));
            }
        }

        return await ShownAsync(run, context, engine, form["confirm"], form["reason"], errors);
    }

    private static async Task<IResult> ListedAsync(
        HttpContext context, CreditEngine engine, string reason, IReadOnlyList<FieldError> errors) => Pages.Page<RetentionPage>(
        new RetentionModel(
            [.. (await engine.Retention.Jobs.ListAsync(context.RequestAborted)).Take(RetentionModel.RunsMax)],
            Caller.Of(context).IsAny(AccessRules.Operate.Any), reason, errors),
        StatusOf(errors));

    private static async Task<IResult> ShownAsync(
        string id, HttpContext context, CreditEngine engine, string confirm, string reason, IReadOnlyList<FieldError> errors)
    {
        var runs = await engine.Retention.Jobs.ListAsync(context.RequestAborted);
        var run = runs.FirstOrDefault(each => each.Id == id)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRetentionRun, "", id);
        var caller = Caller.Of(context);
        var carriedOut = runs.FirstOrDefault(each => each.Of == id);
        var hasCounted = run is { IsDry: true, State: JobState.Finished, Progress.Due: > 0 } && carriedOut is null
            && caller.IsAny(AccessRules.Operate.Any);
        return Pages.Page<RetentionRunPage>(
            new RetentionRunModel(
                run, [.. run.Progress.Kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => KindOf(kind, engine))],
                carriedOut?.Id, hasCounted && run.Actor != caller.Actor, hasCounted && run.Actor == caller.Actor, confirm, reason, errors),
            StatusOf(errors));
    }

    private static RetentionKindModel KindOf(KeyValuePair<string, RetainedKind> kind, CreditEngine engine) => new(
        engine.Rulebook.Catalogue.Kinds.TryGetValue(kind.Key, out var known) ? Text.Of(known.Title) : new Text(kind.Key, kind.Key),
        kind.Value, engine.Rulebook.Clocks.RetentionOf(kind.Key));

    private static Text WordsOf(RequestRefusedException refused) =>
        new(refused.Rejection.Detail("zh"), refused.Rejection.Detail("en"));

    private static int StatusOf(IReadOnlyList<FieldError> errors) =>
        errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
