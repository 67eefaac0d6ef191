using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Recomputations: how they stand, what they found, and an operator's hand on them.</summary>
internal static class RecomputationPages
{
    private const int RunsMax = 50;
    private const string Run = PortalPaths.Recomputations + "/{run}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Recomputations, ListAsync).For(AccessRules.PolicyRead);
        routes.PostForm(PortalPaths.Recomputations, StartAsync).For(AccessRules.Operate);
        routes.GetPage(Run, ShowAsync).ForWithPurpose(AccessRules.PolicyRead);
        routes.PostForm(Run, SteerAsync).ForWithPurpose(AccessRules.Operate);
    }

    /// <summary>The newest runs, the newest first; the live one as it stands in memory.</summary>
    public static async Task<IReadOnlyList<RecomputationRun>> NewestAsync(CreditEngine engine, int count, CancellationToken cancellation)
    {
        if (engine.Recomputation.Newest is not { } newest)
            return [];
        var last = long.Parse(newest.Id, CultureInfo.InvariantCulture);
        var first = Math.Max(1, last - count + 1);
        var runs = await engine.Recomputation.ListAsync(
            (first - 1).ToString("D10", CultureInfo.InvariantCulture), (int)(last - first + 1), cancellation);
        return [.. runs.Reverse().Select(run => run.Id == newest.Id ? newest : run)];
    }

    private static async Task<IResult> ListAsync(HttpContext context, CreditEngine engine, PortalRequest request) =>
        Pages.Page<RunsPage>(await RunsAsync("", [], context, engine, request));

    private static async Task<IResult> StartAsync(HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        if (errors.Count > 0)
        {
            return Pages.Page<RunsPage>(
                await RunsAsync(form["reason"], errors, context, engine, request), StatusCodes.Status422UnprocessableEntity);
        }

        var run = await engine.Recomputation.StartAsync(Caller.Of(context).Actor, form["reason"], context.RequestAborted);
        return Pages.SeeOther($"{PortalPaths.Recomputations}/{run.Id}");
    }

    private static async Task<IResult> ShowAsync(string run, CreditEngine engine, SubjectLooks looks, PortalRequest request) =>
        Pages.Page<RunPage>(await ModelAsync(run, "", [], engine, looks, request));

    private static async Task<IResult> SteerAsync(
        string run, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        var (actor, reason) = (Caller.Of(context).Actor, form["reason"]);
        if (errors.Count == 0)
        {
            var isDone = engine.Recomputation.Newest?.Id == run && form["action"] switch
            {
                "pause" => await engine.Recomputation.PauseAsync(actor, reason, context.RequestAborted),
                "resume" => await engine.Recomputation.ResumeAsync(actor, reason, context.RequestAborted),
                "cancel" => await engine.Recomputation.CancelAsync(actor, reason, context.RequestAborted),
                _ => false,
            };
            if (isDone)
                return Pages.SeeOther($"{PortalPaths.Recomputations}/{run}");
            errors.Add(new FieldError("", OperationTexts.NotNow));
        }

        return Pages.Page<RunPage>(
            await ModelAsync(run, reason, errors, engine, looks, request), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<RunsModel> RunsAsync(
        string reason, IReadOnlyList<FieldError> errors, HttpContext context, CreditEngine engine, PortalRequest request) =>
        new(await NewestAsync(engine, RunsMax, context.RequestAborted), request.IsAny(AccessRules.Operate.Any), reason, errors);

    /// <summary>
    /// Organisations that a run has set aside are named: each read is on the access log before the page is written (I9).
    /// </summary>
    private static async Task<RunModel> ModelAsync(
        string id, string reason, IReadOnlyList<FieldError> errors, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var newest = engine.Recomputation.Newest;
        var run = newest?.Id == id ? newest
            : await engine.Recomputation.FindAsync(id, request.Context.RequestAborted)
                ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", id);
        foreach (var poison in run.Poison.DistinctBy(poison => poison.Subject))
            await looks.RecordAsync(new SubjectId(poison.Subject), "portal/recomputation", run.Id);
        return new RunModel(run, newest?.Id == id && request.IsAny(AccessRules.Operate.Any), reason, errors);
    }
}
