using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Policies;

/// <summary>Says beforehand what a policy version would do.</summary>
internal static class SimulationEndpoints
{
    private const int DatesMax = 400;
    private static readonly string TooMany =
        string.Create(
            CultureInfo.InvariantCulture,
            $"{SimulationRuns.OpenMax} simulations at a time, {SimulationRuns.OpenPerActorMax} of one person");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/simulations", ListAsync).Require(AccessRules.PolicyWork)
            .WithSummary("The simulations that are kept, the newest first, without what they found.");
        routes.MapGet("/simulations/{run}", FindAsync).Require(AccessRules.PolicyWork)
            .WithSummary("A simulation, from any node: its progress, and once finished what it found.");
        routes.MapPost("/simulations/{run}:start", StartAgainAsync).Require(AccessRules.PolicyWork)
            .WithSummary("Makes a simulation again that was interrupted or cancelled or has failed.");
        routes.MapPost("/simulations/{run}:cancel", CancelAsync).Require(AccessRules.PolicyWork)
            .WithSummary("Ends a simulation that is under way, on whichever node.");
    }

    public static async Task<Results<Ok<SimulationResponse>, Accepted<SimulationResponse>>> SimulateAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views, ApiOptions options)
    {
        var body = await JsonBody.ReadAsync<SimulationBody>(context);
        var order = await OrderAsync(version, body, Caller.Of(context).Actor, engine, views, context.RequestAborted);
        var begun = await BeginAsync(order, engine, () => engine.SimulationRuns.BeginAsync(order, context.RequestAborted))
            ?? throw new RequestRefusedException(ErrorCatalogue.TooManyRequests, "", TooMany);
        return await AnswerAsync(begun, context, engine, options);
    }

    private static async Task<Ok<SimulationList>> ListAsync(HttpContext context, CreditEngine engine) => TypedResults.Ok(new SimulationList(
        [.. (await engine.SimulationRuns.Jobs.ListAsync(context.RequestAborted)).Select(run => SimulationResponse.Of(run))]));

    private static async Task<Ok<SimulationResponse>> FindAsync(string run, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(await ShowAsync(await RequireAsync(run, engine, context.RequestAborted), context, engine));

    private static async Task<Results<Ok<SimulationResponse>, Accepted<SimulationResponse>>> StartAgainAsync(
        string run, HttpContext context, CreditEngine engine, PolicyViews views, ApiOptions options)
    {
        var known = await RequireAsync(run, engine, context.RequestAborted);
        if (known.IsOpen || known.State == JobState.Finished)
            throw new RequestRefusedException(ErrorCatalogue.RunState, "", known.State.ToString().ToLowerInvariant());
        var order = new SimulationCommand
        {
            Actor = Caller.Of(context).Actor,
            Before = await views.EvaluatorAsync(known.Against, "", context.RequestAborted),
            After = await views.EvaluatorAsync(known.Version, "", context.RequestAborted),
            AsOf = known.AsOf,
            Dates = known.Dates,
            KnownThen = known.KnownThen,
            SamplePercent = known.SamplePercent,
            Seed = known.Seed,
            Movers = known.Movers,
            CountsForActivation = CountsForActivation(known.Dates, known.Version, known.Against, known.AsOf, engine),
        };
        var again = await BeginAsync(order, engine, () => engine.SimulationRuns.StartAgainAsync(run, order, context.RequestAborted))
            ?? throw new RequestRefusedException(ErrorCatalogue.TooManyRequests, "", TooMany);
        return await AnswerAsync(again, context, engine, options);
    }

    internal static Task<SimulationRun?> BeginAsync(SimulationCommand order, CreditEngine engine, Func<Task<SimulationRun?>> begin) =>
        engine.SimulationRuns.Jobs.OpenOf(order.Actor) >= SimulationRuns.OpenPerActorMax ? Task.FromResult<SimulationRun?>(null) : begin();

    private static async Task<Ok<SimulationResponse>> CancelAsync(string run, HttpContext context, CreditEngine engine)
    {
        var ended = await engine.SimulationRuns.Jobs.CancelAsync(run, Caller.Of(context).Actor, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", run);
        return TypedResults.Ok(await ShowAsync(ended, context, engine));
    }

    /// <summary>Findings, or where to ask for them when the run takes longer than a request may.</summary>
    private static async Task<Results<Ok<SimulationResponse>, Accepted<SimulationResponse>>> AnswerAsync(
        SimulationRun begun, HttpContext context, CreditEngine engine, ApiOptions options)
    {
        try
        {
            await engine.SimulationRuns.Jobs.WaitAsync(begun.Id)
                .WaitAsync(TimeSpan.FromMilliseconds(options.SimulationWaitMsMax), context.RequestAborted);
        }
        catch (TimeoutException)
        {
            var underWay = await RequireAsync(begun.Id, engine, context.RequestAborted);
            return TypedResults.Accepted($"/v1/simulations/{begun.Id}", await ShowAsync(underWay, context, engine));
        }

        return TypedResults.Ok(
            await ShowAsync(await RequireAsync(begun.Id, engine, context.RequestAborted), context, engine));
    }

    private static async Task<SimulationRun> RequireAsync(string run, CreditEngine engine, CancellationToken cancellation) =>
        await engine.SimulationRuns.Jobs.FindAsync(run, cancellation)
        ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", run);

    internal static async Task<SimulationCommand> OrderAsync(
        string version, SimulationBody body, string actor, CreditEngine engine, PolicyViews views, CancellationToken cancellation)
    {
        var against = string.IsNullOrEmpty(body.Against) ? engine.Policies.InForce : body.Against;
        var after = await views.EvaluatorAsync(version, "", cancellation);
        var before = await views.EvaluatorAsync(against, "/against", cancellation);
        var sample = body.SamplePercent ?? 100;
        if (sample is <= 0 or > 100)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/samplePercent", "above 0 to 100");
        if (body.Movers is < 0 or > 100)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/movers", "0 to 100");
        var asOf = body.AsOf ?? engine.Today;
        var dates = Dates(body);
        return new SimulationCommand
        {
            Actor = actor,
            Before = before,
            After = after,
            AsOf = asOf,
            Dates = dates,
            KnownThen = body.KnownThen ?? true,
            SamplePercent = sample,
            Seed = body.Seed ?? 1,
            Movers = body.Movers ?? 10,
            CountsForActivation = CountsForActivation(dates, version, against, asOf, engine),
        };
    }

    private static bool CountsForActivation(
        IReadOnlyList<DateOnly>? dates, string version, string against, DateOnly asOf, CreditEngine engine) =>
        dates is null && against == engine.Policies.InForce && version != against && asOf >= engine.Today;

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
            null or "month" => MonthsAfter,
            "week" => static (begin, count) => DaysAfter(begin, 7 * count),
            "day" => DaysAfter,
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

    /// <summary>The last date that there is where the calendar ends before.</summary>
    private static DateOnly MonthsAfter(DateOnly date, int months) =>
        (DateOnly.MaxValue.Year - date.Year) * 12 + DateOnly.MaxValue.Month - date.Month < months
            ? DateOnly.MaxValue : date.AddMonths(months);

    private static DateOnly DaysAfter(DateOnly date, int days) =>
        DateOnly.MaxValue.DayNumber - date.DayNumber < days ? DateOnly.MaxValue : date.AddDays(days);

    /// <summary>Organisations named by an answer are recorded before it is written (I9).</summary>
    private static async Task<SimulationResponse> ShowAsync(SimulationRun run, HttpContext context, CreditEngine engine)
    {
        if (run.State != JobState.Finished)
            return SimulationResponse.Of(run);
        var findings = await engine.SimulationRuns.FindingsAsync(run, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", run.Id);
        var caller = Caller.Of(context);
        var purpose = AccessPurpose.Of(context, caller);
        foreach (var found in findings.Falls.Concat(findings.Rises))
            await engine.Access.RecordAsync(caller.Actor, purpose, "simulation", found.Mover.Subject, run.Id, context.RequestAborted);
        return SimulationResponse.Of(run, findings, Language.Of(context));
    }
}
