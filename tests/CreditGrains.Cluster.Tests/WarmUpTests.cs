using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Tests;

/// <summary>A silo has the subjects of its shards in memory soon after it has taken them, and no others; nobody needs to ask.</summary>
public sealed class WarmUpTests(ITestOutputHelper output)
{
    private const ulong Seed = 8086;
    private const int Subjects = 400;
    private static readonly TimeSpan SoonMax = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Silo_brings_subjects_of_shards_that_it_takes_over_into_memory_and_drops_those_that_move_away()
    {
        await using var nodes = await StartFedAsync(3, Options());
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[2]);
        await nodes.SettleAsync();
        await UntilWarmAsync(nodes, OwnSubjects);
        await nodes.Cluster.KillSiloAsync(nodes.Cluster.Silos[1]);
        await nodes.SettleAsync();
        await UntilWarmAsync(nodes, OwnSubjects);
        Assert.Equal(Subjects, nodes.Silos.Single().Engine.Status().WarmSubjects);

        // Most leave the one silo that has them all.
        await nodes.Cluster.StartAdditionalSiloAsync();
        await nodes.Cluster.StartAdditionalSiloAsync();
        await nodes.SettleAsync();
        await UntilWarmAsync(nodes, OwnSubjects);
        Assert.Equal(3, nodes.Silos.Count);
        Assert.Equal(Subjects, nodes.Silos.Sum(silo => silo.Engine.Status().WarmSubjects));
    }

    [ClusterFact]
    public async Task Silo_stops_at_the_bound_of_its_memory_and_answers_of_the_others()
    {
        const int EachShard = 2;
        await using var nodes = await StartFedAsync(2, Options() with { WarmSubjectsMax = 64 * EachShard });
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[1]);
        await nodes.SettleAsync();
        await UntilWarmAsync(nodes, silo => SubjectsByShard(silo).Sum(count => Math.Min(count, EachShard)));
        var codes = Lines.Organisations(Seed);
        for (var i = 0; i < Subjects; i++)
            Assert.NotNull(await nodes.Gateway.Engine.Subjects.FindAsync(new SubjectId(codes.CodeOf(i)), Consistency.Any, Cancellation));
    }

    [ClusterFact]
    public async Task Shard_is_handed_over_while_its_subjects_are_brought_into_memory()
    {
        // A page for each subject: most are still to come when the silo that has just taken their shards is stopped.
        await using var nodes = await StartFedAsync(1, Options() with { WarmUpPage = 1 });
        await nodes.Cluster.StartAdditionalSiloAsync();
        var newcomer = nodes.Silos[1];
        while (OwnSubjects(newcomer) == 0)
            await Task.Delay(1, Cancellation);
        var (warm, own) = (newcomer.Engine.Status().WarmSubjects, OwnSubjects(newcomer));
        Assert.True(warm < own, "the silo has everything in memory already");
        var began = TimeProvider.System.GetTimestamp();
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[1]);
        await nodes.SettleAsync();
        output.WriteLine($"handed over in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s, {warm} of {own} in memory");
        Assert.Equal(0, newcomer.Engine.Status().WarmSubjects);
        await UntilWarmAsync(nodes, OwnSubjects);
    }

    private static EngineOptions Options() =>
        new() { WarmUpPage = 7, WarmUpAfterMs = 300, Recomputation = new RecomputationOptions { Automatic = false } };

    private static async Task<TestNodes> StartFedAsync(int silos, EngineOptions options)
    {
        var nodes = await TestNodes.StartAsync(silos, options: options);
        var codes = Lines.Organisations(Seed);
        var receipt = await TestNodes.FeedAsync(
            nodes.Gateway, "SCJG", Enumerable.Range(0, Subjects).Select(i => Lines.Registration(codes.CodeOf(i), 1)));
        Assert.Equal(Subjects, receipt.Accepted);
        await nodes.StoreAllAsync();
        return nodes;
    }

    /// <summary>How many of the subjects are the silo's, by what it owns.</summary>
    private static int OwnSubjects(ClusterNode silo) => SubjectsByShard(silo).Sum();

    private static IEnumerable<int> SubjectsByShard(ClusterNode silo)
    {
        var codes = Lines.Organisations(Seed);
        return Enumerable.Range(0, Subjects).Select(i => ShardMap.ShardOf(new SubjectId(codes.CodeOf(i)), silo.ShardCount))
            .Where(silo.Shards.Owns).GroupBy(shard => shard).Select(shard => shard.Count());
    }

    private async Task UntilWarmAsync(TestNodes nodes, Func<ClusterNode, int> expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (nodes.Silos.Any(silo => silo.Engine.Status().WarmSubjects != expected(silo)))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < SoonMax,
                string.Join(", ", nodes.Silos.Select(silo => $"{silo.Engine.Status().WarmSubjects} of {expected(silo)} in memory")));
            await Task.Delay(20, Cancellation);
        }

        output.WriteLine($"warm after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
    }
}
