using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Cluster.Tests;

/// <summary>A shard has an owner soon after silos come and go, whatever one of them is at just then.</summary>
public sealed class HandoverTests
{
    private const ulong Seed = 4711;
    private static readonly TimeSpan SoonMax = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// An activation that ends while it becomes active is not told so: its silo had the shard, renewed its lease and never gave it up.
    /// </summary>
    [ClusterFact]
    public async Task Shard_that_is_being_taken_when_its_silo_is_stopped_goes_to_another_one()
    {
        var opened = new List<HeldLeases>();
        await using var nodes = await TestNodes.StartAsync(1, leases: Hold);
        await nodes.Cluster.StartAdditionalSiloAsync();
        var newcomer = nodes.Silos[1];
        var shard = await opened[1].Waits.Task.WaitAsync(SoonMax, Cancellation);
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[1]);
        await nodes.SettleAsync();
        Assert.False(newcomer.Shards.Owns(shard));
        Assert.True(nodes.Silos.Single().Shards.Owns(shard));

        HeldLeases Hold(IShardLeases leases)
        {
            opened.Add(new HeldLeases(leases) { UntilGivenUp = opened.Count > 0 });
            return opened[^1];
        }
    }

    /// <summary>Activations migrate in batches, and a batch is waited for whole.</summary>
    [ClusterFact]
    public async Task Shard_that_takes_long_to_come_holds_up_no_other()
    {
        var opened = new List<HeldLeases>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var nodes = await TestNodes.StartAsync(1, leases: Hold);
        await nodes.Cluster.StartAdditionalSiloAsync();
        var slow = await opened[1].Waits.Task.WaitAsync(SoonMax, Cancellation);
        var lines = Enumerable.Range(0, 400).Select(Lines.Organisations(Seed).CodeOf)
            .Where(code => ShardMap.ShardOf(new SubjectId(code), 64) != slow)
            .Select(code => Lines.Registration(code, 1)).ToList();
        var receipt = await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", lines).WaitAsync(SoonMax, Cancellation);
        Assert.Equal(lines.Count, receipt.Accepted);
        Assert.DoesNotContain(true, nodes.Silos.Select(silo => silo.Shards.Owns(slow)));
        release.SetResult();
        await nodes.SettleAsync();

        HeldLeases Hold(IShardLeases leases)
        {
            opened.Add(new HeldLeases(leases) { Before = opened.Count > 0 ? release.Task : null });
            return opened[^1];
        }
    }
}
