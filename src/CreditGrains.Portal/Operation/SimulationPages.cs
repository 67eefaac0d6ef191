using CreditGrains.Api;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Simulation;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Operation;

/// <summary>Simulation of a policy version: started with one button, shown with matrix and movers.</summary>
internal static class SimulationPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.PostForm($"{PortalPaths.Policies}/{{version}}/simulate", SimulateAsync).For(AccessRules.PolicyWork);
        routes.GetPage($"{PortalPaths.Simulations}/{{run}}", ShowAsync).ForWithPurpose(AccessRules.PolicyWork);
    }

    private static async Task<IResult> SimulateAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views, ApiOptions options)
    {
        var form = await PortalForm.ReadAsync(context);
        if (!form.IsFresh)
            return Pages.SeeOther(PortalPaths.Policy(version));
        var order = await SimulationEndpoints.OrderAsync(
            version, new SimulationBody(), Caller.Of(context).Actor, engine, views, context.RequestAborted);
        var run = await SimulationEndpoints.BeginAsync(
            order, engine, () => engine.SimulationRuns.BeginAsync(order, context.RequestAborted))
            ?? throw new RequestRefusedException(ErrorCatalogue.TooManyRequests);
        try
        {
            await engine.SimulationRuns.Jobs.WaitAsync(run.Id)
                .WaitAsync(TimeSpan.FromMilliseconds(options.SimulationWaitMsMax), context.RequestAborted);
        }
        catch (TimeoutException)
        {
            // Its page says how far it is.
        }

        return Pages.SeeOther($"{PortalPaths.Simulations}/{Uri.EscapeDataString(run.Id)}");
    }

    /// <summary>Organisations that it names are on the access log before the page is written (I9).</summary>
    private static async Task<IResult> ShowAsync(
        string run, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var found = await engine.SimulationRuns.Jobs.FindAsync(run, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", run);
        var findings = found.State == JobState.Finished
            ? await engine.SimulationRuns.FindingsAsync(found, context.RequestAborted) : null;
        foreach (var mover in findings is null ? [] : findings.Falls.Concat(findings.Rises).DistinctBy(mover => mover.Mover.Subject))
            await looks.RecordAsync(mover.Mover.Subject, "portal/simulation", found.Id);
        return Pages.Page<SimulationPage>(SimulationResponse.Of(found, findings, request.Language));
    }
}
