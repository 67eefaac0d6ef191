using System.Diagnostics;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>The operator's console: figures that are kept anyway, never a pass over all subjects.</summary>
internal static class OperationPages
{
    private const int SourcesMax = 200;
    private const int BarsMax = 12;
    private const int ShardsShown = 10;
    private const int PlansMax = 100;
    private const int RunsLookedAt = 20;
    private const int JobsShown = 20;

    private static readonly DateTime StartedAt = StartedAtOf();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Operation, ConsoleAsync).For(AccessRules.Operate);
        routes.GetPage(PortalPaths.InspectionPlans, PlansAsync).ForWithPurpose(AccessRules.InspectionRead)
            .Within(capacities => capacities.Lists);
    }

    /// <summary>How many have each grade after a run; unrated last.</summary>
    public static IReadOnlyList<ChartBar> GradesOf(RecomputationRun run) =>
        [.. run.Matrix.GroupBy(move => move.New).OrderBy(group => group.Key is null).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ChartBar(
                group.Key is { } grade ? new Text(grade, grade) : OperationTexts.Unrated, group.Sum(move => move.Count)))];

    /// <summary>Name of a kind of job.</summary>
    public static Text KindOf(JobStatus job) => job.Kind switch
    {
        "recomputation" => OperationTexts.JobRecomputation,
        "simulation" => OperationTexts.JobSimulation,
        "statistics" => OperationTexts.JobStatistics,
        _ => OperationTexts.JobDraw,
    };

    /// <summary>Share of reads of other nodes' organisations that were answered from copies, in percent.</summary>
    public static long HitsOf(CopyStatus copies) => 100 * copies.Hits / Math.Max(1, copies.Hits + copies.Misses);

    private static async Task<IResult> ConsoleAsync(HttpContext context, CreditEngine engine, PortalOptions options)
    {
        var cancellation = context.RequestAborted;
        var status = engine.Status();
        if (engine.StoreSilentSince is { } since)
        {
            return Pages.Page<StoreSilentPage>(
                new StoreSilentModel(
                    since, status.WarmSubjects, status.DirtySubjects, status.UnfoldedEvents, StartedAt, engine.Policies.InForce),
                StatusCodes.Status503ServiceUnavailable);
        }

        // All at once: none needs what another finds, and each is a way to the store.
        var asked = (
            Shards: engine.Store.Subjects.ShardsAsync(cancellation), Sources: engine.Sources.ListAsync(SourcesMax, cancellation),
            Subjects: engine.Store.Subjects.CountAsync(cancellation),
            Jobs: engine.Jobs.ListAsync(null, JobsShown, cancellation), Finished: FinishedAsync(engine, cancellation));
        await Task.WhenAll(asked.Shards, asked.Sources, asked.Subjects, asked.Jobs, asked.Finished);
        var (shards, sources) = (await asked.Shards, await asked.Sources);
        var lagging = shards.Select(shard => (shard.Shard, shard.Head, Lag: Math.Max(0, shard.Head - shard.Watermark))).ToList();
        var lines = sources.Select(source => (
            source.Source, Lines: source.Accepted + source.Duplicate + source.Stale + source.Rejected, source.Rejected, source.LastSeen))
            .OrderByDescending(source => source.Lines).ToList();
        return Pages.Page<ConsolePage>(new ConsoleModel(
            await asked.Subjects, shards.Sum(shard => shard.Head), lagging.Sum(shard => shard.Lag),
            shards.Count, status.WarmSubjects, status.DirtySubjects, status.UnfoldedEvents, Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false), StartedAt, engine.Policies.InForce,
            options.DashboardPath, [.. lagging.Where(shard => shard.Lag > 0).OrderByDescending(shard => shard.Lag).Take(ShardsShown)],
            [.. lines.Take(BarsMax).Select(source => new ChartBar(new Text(source.Source, source.Source), source.Lines))], lines,
            (await engine.Topology.ReadAsync(cancellation)).Nodes, engine.CopyStatus, await asked.Jobs, await asked.Finished)
        {
            ClosedPages = engine.Closings.All.Count,
        });
    }

    /// <summary>Once: the system is asked for it by reading two of its files.</summary>
    private static DateTime StartedAtOf()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    /// <summary>The newest run that has finished, of the last few.</summary>
    private static async Task<RecomputationRun?> FinishedAsync(CreditEngine engine, CancellationToken cancellation) =>
        (await RecomputationPages.NewestAsync(engine, RunsLookedAt, cancellation)).FirstOrDefault(
            run => run.State == JobState.Finished);

    private static async Task<IResult> PlansAsync(HttpContext context, CreditEngine engine) =>
        Pages.Page<PlansPage>(new PlansModel([.. (await engine.Inspections.ListAsync(null, PlansMax, context.RequestAborted)).Reverse()]));
}
