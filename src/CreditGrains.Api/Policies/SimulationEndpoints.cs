using System.Globalization;
using CreditGrains.Api.Access;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Policies;

/// <summary>Says beforehand what a policy version would do.</summary>
internal static class SimulationEndpoints
{
    private const int DatesMax = 400;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/simulations/{run}", FindAsync).Require(AccessRules.PolicyWork)
            .WithSummary("A simulation: its progress, and once finished what it found.");
        routes.MapPost("/simulations/{run}:cancel", CancelAsync).Require(AccessRules.PolicyWork)
            .WithSummary("Ends a simulation that is under way.");
    }

    public static async Task<Results<Ok<SimulationShape>, Accepted<SimulationShape>>> SimulateAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views, SimulationRuns runs, ApiOptions options)
    {
        var body = await JsonBody.ReadAsync<SimulationBody>(context);
        var order = await OrderAsync(version, body, engine, views, context.RequestAborted);
        var run = runs.Begin(order);
        try
        {
            await run.Work.WaitAsync(TimeSpan.FromMilliseconds(options.SimulationWaitMsMax), context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return TypedResults.Accepted($"/v1/simulations/{run.Id}", await ShowAsync(run, context, engine));
        }

        return TypedResults.Ok(await ShowAsync(run, context, engine));
    }

    private static async Task<Ok<SimulationShape>> FindAsync(string run, HttpContext context, CreditEngine engine, SimulationRuns runs) =>
        TypedResults.Ok(await ShowAsync(runs.Find(run), context, engine));

    private static async Task<Ok<SimulationShape>> CancelAsync(string run, HttpContext context, CreditEngine engine, SimulationRuns runs)
    {
        var found = runs.Find(run);
        await found.Stop.CancelAsync();
        await found.Work.WaitAsync(context.RequestAborted);
        return TypedResults.Ok(await ShowAsync(found, context, engine));
    }

    private static async Task<SimulationOrder> OrderAsync(
        string version, SimulationBody body, CreditEngine engine, PolicyViews views, CancellationToken cancellation)
    {
        var inForce = engine.Policies.InForce;
        var against = string.IsNullOrEmpty(body.Against) ? inForce : body.Against;
        var after = await views.EvaluatorAsync(version, "", cancellation);
        var before = await views.EvaluatorAsync(against, "/against", cancellation);
        var sample = body.SamplePercent ?? 100;
        if (sample is <= 0 or > 100)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/samplePercent", "above 0 to 100");
        if (body.Movers is < 0 or > 100)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/movers", "0 to 100");
        var asOf = body.AsOf ?? engine.Today;
        var dates = Dates(body);
        return new SimulationOrder
        {
            Before = before,
            After = after,
            AsOf = asOf,
            Dates = dates,
            KnownThen = body.KnownThen ?? true,
            SamplePercent = sample,
            Seed = body.Seed ?? 1,
            Movers = body.Movers ?? 10,
            CountsForActivation = dates is null && against == inForce && version != against && asOf >= engine.Today,
        };
    }

    private static List<DateOnly>? Dates(SimulationBody body)
    {
        if (body.From is null && body.To is null)
            return null;
        if (body.From is not { } from)
            throw new RequestRefusedException(ErrorCatalogue.Required, "/from");
        if (body.To is not { } to)
            throw new RequestRefusedException(ErrorCatalogue.Required, "/to");
        if (body.AsOf is not null)
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/asOf", "asOf or a period, not both");
        if (to < from)
            throw new RequestRefusedException(ErrorCatalogue.DateOrder, "/to");
        Func<DateOnly, int, DateOnly> step = body.Step switch
        {
            null or "month" => static (begin, count) => begin.AddMonths(count),
            "week" => static (begin, count) => begin.AddDays(7 * count),
            "day" => static (begin, count) => begin.AddDays(count),
            _ => throw new RequestRefusedException(ErrorCatalogue.NotInCodeList, "/step", "day, week or month"),
        };
        var dates = new List<DateOnly>();
        for (var count = 0; step(from, count) < to; count++)
        {
            dates.Add(step(from, count));
            if (dates.Count >= DatesMax)
            {
                throw new RequestRefusedException(
                    ErrorCatalogue.OutOfRange, "/from", string.Create(CultureInfo.InvariantCulture, $"at most {DatesMax} dates"));
            }
        }

        return [.. dates, to];
    }

    /// <summary>Whom it names is recorded before it is answered (I9).</summary>
    private static async Task<SimulationShape> ShowAsync(SimulationRun run, HttpContext context, CreditEngine engine)
    {
        var language = Language.Of(context);
        var outcome = run.State == SimulationState.Finished ? run.Outcome : null;
        var falls = outcome?.Falls.Select(mover => MoverInWords.Of(mover, language)).ToList();
        var rises = outcome?.Rises.Select(mover => MoverInWords.Of(mover, language)).ToList();
        var caller = Caller.Of(context);
        var purpose = AccessPurpose.Of(context, caller);
        foreach (var mover in (falls ?? []).Concat(rises ?? []))
        {
            await engine.Access.RecordAsync(
                caller.Actor, purpose, "simulation", new SubjectId(mover.Subject), run.Id, context.RequestAborted);
        }

        var order = run.Order;
        return new SimulationShape
        {
            Id = run.Id,
            State = run.State.ToString().ToLowerInvariant(),
            Version = order.After.Policy.Version,
            Against = order.Before.Policy.Version,
            StartedAt = run.StartedAt,
            Done = run.Done,
            Subjects = run.Subjects,
            RemainingSeconds = run.RemainingSeconds,
            SamplePercent = order.SamplePercent,
            Seed = order.Seed,
            CountsForActivation = order.CountsForActivation,
            Error = run.Error,
            Result = outcome is null ? null : SimulationResultShape.Of(outcome.AsOf, outcome.Result, outcome.Unread.Count),
            Series = run.State == SimulationState.Finished && run.Series is { } series
                ? [.. series.Select(at => SimulationResultShape.Of(at.Date, at.Result, 0))] : null,
            Falls = falls,
            Rises = rises,
        };
    }
}
