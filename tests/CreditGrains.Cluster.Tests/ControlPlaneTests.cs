using System.Text;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Subjects;
using Npgsql;

namespace CreditGrains.Cluster.Tests;

/// <summary>Grains of the control plane: activations, recomputation, sources.</summary>
public sealed class ControlPlaneTests(ITestOutputHelper output)
{
    private const ulong Seed = 99;
    private const int Organisations = 300;

    // The store is not polled here: a node knows only the notifications that it received.
    private static readonly EngineOptions Untold = new()
    {
        FollowEveryMs = 600_000, Recomputation = new RecomputationOptions { Automatic = false },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Activation_that_was_answered_holds_on_every_node()
    {
        await using var nodes = await TestNodes.StartAsync(options: Untold);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Registrations(1));
        List<ClusterNode> all = [.. nodes.Silos, nodes.Gateway];
        for (var i = 0; i < all.Count; i++)
        {
            var version = $"2027.{i + 1}";
            var at = TimeProvider.System.GetTimestamp();
            await ActivateAsync(all[i], version);
            output.WriteLine($"{version}: {TimeProvider.System.GetElapsedTime(at).TotalMilliseconds:F0} ms");
            Assert.All(all, node => Assert.Equal(version, node.Engine.Policies.InForce));
            foreach (var node in all)
            {
                var view = await node.Engine.Subjects.FindAsync(
                    new SubjectId(Lines.Organisations(Seed).CodeOf(i)), Consistency.Any, Cancellation);
                Assert.Equal(version, view!.Evaluator.Policy.Version);
            }
        }
    }

    [ClusterFact]
    public async Task Node_that_does_not_answer_holds_an_activation_up_for_some_seconds_only()
    {
        await using var nodes = await TestNodes.StartAsync(options: Untold);
        var grain = nodes.Cluster.Client.GetGrain<IPolicyActivationGrain>(0);
        await grain.HeartbeatAsync(new HeartbeatRequest { Node = "dead", Timeline = 0 });
        var at = TimeProvider.System.GetTimestamp();
        await ActivateAsync(nodes.Silos[0], "2027.1");
        var took = TimeProvider.System.GetElapsedTime(at);
        Assert.InRange(took.TotalSeconds, 2, 15);
        Assert.All(nodes.Silos.Append(nodes.Gateway), node => Assert.Equal("2027.1", node.Engine.Policies.InForce));

        // The dead node is dropped: the next activation does not wait for it.
        at = TimeProvider.System.GetTimestamp();
        Assert.Empty((await grain.AnnounceAsync(nodes.Silos[0].Engine.Policies.Stored)).Missing);
        Assert.InRange(TimeProvider.System.GetElapsedTime(at).TotalSeconds, 0, 2);
    }

    [ClusterFact]
    public async Task Node_that_attends_but_does_not_follow_is_named()
    {
        await using var nodes = await TestNodes.StartAsync(options: Untold);
        var grain = nodes.Cluster.Client.GetGrain<IPolicyActivationGrain>(0);
        var announcing = grain.AnnounceAsync(1_000_000);
        AnnounceReply? reply = null;
        while (reply is null)
        {
            await grain.HeartbeatAsync(new HeartbeatRequest { Node = "stubborn", Timeline = 1 });
            if (await Task.WhenAny(announcing, Task.Delay(200, Cancellation)) == announcing)
                reply = await announcing;
        }

        // No real node has such a timeline either.
        Assert.Contains("stubborn", reply.Missing);
        Assert.Equal(5, reply.Missing.Length);
    }

    [ClusterFact]
    public async Task Run_is_spread_over_the_silos_and_goes_on_when_one_leaves()
    {
        await using var nodes = await TestNodes.StartAsync(options: new EngineOptions
        {
            FollowEveryMs = 200,
            Recomputation = new RecomputationOptions { PageSubjects = 2, SubjectsPerSecondMax = 40, LiveLatencyMsMax = 1e9 },
        });
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Registrations(1));
        await nodes.StoreAllAsync();
        await ActivateAsync(nodes.Gateway, "2027.1");
        var run = await UntilAsync(nodes.Gateway, run => run?.PolicyVersion == "2027.1" && run.Done > 20);
        Assert.Equal(JobState.Running, run.State);
        var workers = (await nodes.Gateway.Engine.Store.Jobs.PartitionsAsync("recomputation", run.Id, Cancellation))
            .Select(part => part.Node).OfType<string>().Distinct().Count();
        Assert.True(workers > 1, $"{workers} silos work on it");
        output.WriteLine($"{run.Done} of {run.Subjects}, by {workers} silos, when one leaves");
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[0]);
        var finished = await UntilAsync(nodes.Gateway, run => run?.IsOpen == false);
        Assert.Equal((JobState.Finished, Organisations, run.Id), (finished.State, finished.Done, finished.Id));
        Assert.All(finished.Shards, shard => Assert.True(shard.Done));
        Assert.Equal(Organisations, finished.Matrix.Sum(move => move.Count));
        Assert.NotNull(finished.Summary);
        Assert.Empty(await nodes.Gateway.Engine.Store.Jobs.PartitionsAsync("recomputation", run.Id, Cancellation));
    }

    [ClusterFact]
    public async Task Run_can_be_paused_and_resumed_on_any_node()
    {
        await using var nodes = await TestNodes.StartAsync(options: new EngineOptions
        {
            FollowEveryMs = 200,
            Recomputation = new RecomputationOptions
            {
                PageSubjects = 2, SubjectsPerSecondMax = 40, LiveLatencyMsMax = 1e9, Automatic = false,
            },
        });
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Registrations(1));
        await nodes.StoreAllAsync();
        var begun = await nodes.Gateway.Engine.Recomputation.StartAsync("op", "test", Cancellation);
        await UntilAsync(nodes.Silos[1], run => run?.Done > 10);
        Assert.True(await nodes.Silos[2].Engine.Recomputation.PauseAsync("op", "test", Cancellation));

        // Each node has seen it and ended its work; then looking again begins none.
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            await UntilAsync(node, run => run?.State == JobState.Paused);
            await node.Engine.Recomputation.WaitAsync(Cancellation);
        }

        var paused = (await nodes.Gateway.Engine.Recomputation.FindAsync(begun.Id, Cancellation))!.Done;
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            await node.Engine.FollowAsync();
            await node.Engine.Recomputation.WaitAsync(Cancellation);
        }

        Assert.Equal(paused, (await nodes.Gateway.Engine.Recomputation.FindAsync(begun.Id, Cancellation))!.Done);
        Assert.True(paused < Organisations);
        Assert.True(await nodes.Silos[0].Engine.Recomputation.ResumeAsync("op", "test", Cancellation));
        var finished = await UntilAsync(nodes.Gateway, run => run?.IsOpen == false);
        Assert.Equal((JobState.Finished, Organisations), (finished.State, finished.Done));
    }

    [ClusterFact]
    public async Task Sources_are_counted_over_all_nodes_once()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", Registrations(1).Take(10));
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Registrations(1).Take(12));
        await TestNodes.FeedAsync(nodes.Gateway, "RSJ", "{");
        await nodes.Silos[0].Engine.Sources.ListAsync(10, Cancellation);
        var seen = await nodes.Gateway.Engine.Sources.ListAsync(10, Cancellation);
        Assert.Equal(["RSJ", "SCJG"], seen.Select(source => source.Source));
        Assert.Equal((12, 10, 0), (seen[1].Accepted, seen[1].Duplicate, seen[1].Rejected));
        Assert.Equal((0, 1), (seen[0].Accepted, seen[0].Rejected));
        Assert.Equivalent(seen, await nodes.Silos[2].Engine.Sources.ListAsync(10, Cancellation), strict: true);

        // News whose answer got lost are sent again.
        var grain = nodes.Cluster.Client.GetGrain<ISourceRegistryGrain>(0);
        var news = new SourceUpdate { Node = "n", Number = 1, Sources = [new SourceMessage { Source = "SCJG", Accepted = 5 }] };
        await grain.AddAsync(news);
        await grain.AddAsync(news);
        Assert.Equal(17, (await grain.ListAsync(10))[1].Accepted);
    }

    [ClusterFact]
    public async Task Stored_control_states_name_no_types()
    {
        await using var nodes = await TestNodes.StartAsync(options: Untold);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Registrations(1).Take(1));
        await nodes.Gateway.Engine.Sources.ListAsync(10, Cancellation);
        await using var connection = new NpgsqlConnection(nodes.Connection);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT graintypestring, payloadbinary FROM orleans.orleansstorage ORDER BY graintypestring", connection);
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var kinds = new List<string>();
        while (await rows.ReadAsync(Cancellation))
        {
            var payload = Encoding.UTF8.GetString((byte[])rows[1]);
            output.WriteLine($"{rows.GetString(0)}: {payload}");
            Assert.StartsWith("{\"", payload, StringComparison.Ordinal);
            Assert.DoesNotContain("CreditGrains", payload + rows.GetString(0), StringComparison.Ordinal);
            Assert.DoesNotContain("$type", payload, StringComparison.Ordinal);
            kinds.Add(rows.GetString(0));
        }

        Assert.Contains("policy-activation", kinds);
        Assert.Contains("source-registry", kinds);
    }

    private static IEnumerable<string> Registrations(int revision) =>
        Enumerable.Range(0, Organisations).Select(i => Lines.Registration(Lines.Organisations(Seed).CodeOf(i), revision));

    private static async Task ActivateAsync(ClusterNode node, string version)
    {
        var text = TestNodes.Rulebook.Files["policy.yaml"].Replace("version: 2026.3", $"version: {version}", StringComparison.Ordinal);
        var policies = node.Engine.Policies;
        Assert.Null((await policies.DraftAsync(text, "author", null, Cancellation)).Rejection);
        Assert.Null((await policies.ApproveAsync(version, "approver", "test", null, Cancellation))!.Value.Rejection);
        var activated = await policies.ActivateAsync(version, new ActivationCommand { Actor = "op" }, null, null, Cancellation);
        Assert.Null(activated!.Value.Rejection);
    }

    private static async Task<RecomputationRun> UntilAsync(ClusterNode node, Func<RecomputationRun?, bool> isSo)
    {
        for (var i = 0; ; i++)
        {
            var run = node.Engine.Recomputation.Newest;
            if (isSo(run))
                return run!;
            Assert.True(i < 900, $"it did not come about: {run}");
            await Task.Delay(50, Cancellation);
        }
    }
}
