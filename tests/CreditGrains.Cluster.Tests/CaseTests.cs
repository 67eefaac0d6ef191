using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Cluster.Tests;

/// <summary>Cases on three silos and a gateway: every step goes through another node, and every node knows of it at once.</summary>
public sealed class CaseTests
{
    [ClusterFact]
    public async Task Case_runs_through_every_node_and_survives_the_end_of_its_owner()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();
        await world.PenaltyAsync("CL-1", "2026-03-11", fine: "25");
        var early = await world.TryOpenAsync(world.Repair(Record("CL-1")));
        Assert.Equal("repair-too-early", early.Rejection!.Code);
        world.GoTo(new(2026, 6, 11));
        var repair = await world.OpenAsync(world.Repair(Record("CL-1")));
        Assert.Equal("case-open", (await world.TryOpenAsync(world.Repair(Record("CL-1")))).Rejection!.Code);
        var objection = await world.OpenAsync(world.Objection("CL-1"));
        Assert.True((await world.StatusAsync("CL-1")).Disputed);
        await world.ActAsync(objection.Number, CaseStep.Refer, Platform);
        await world.ActAsync(objection.Number, world.Command(CaseStep.Answer, Market) with { Upheld = true, Reason = "录入有误" });

        // Its owner goes; the next one has everything.
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(Shard(world, nodes)));
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos.Single(silo => nodes.NodeOf(silo.Name) == owner));
        await nodes.SettleAsync();
        var corrected = await world.ActAsync(objection.Number, world.Decide(CaseOutcome.Corrected, changes: Change("fine", "25", "2.5")));
        Assert.Equal(CaseOutcome.Corrected, corrected.File.Outcome);
        Assert.Equal((2, false), ((await world.StatusAsync("CL-1")).Revision, (await world.StatusAsync("CL-1")).Disputed));

        await world.ActAsync(repair.Number, CaseStep.Accept, Platform);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => world.TryActAsync(
            repair.Number, world.Decide(n % 2 == 0 ? CaseOutcome.Granted : CaseOutcome.Refused, Market, Record("CL-1")))));
        var decided = Assert.Single(results, result => result.Case is not null).Case!;
        Assert.All(
            results.Where(result => result.Case is null),
            result => Assert.Contains(result.Rejection!.Code, (string[])["case-state", "case-changed"]));
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var view = (await node.Engine.Subjects.FindAsync(world.Subject, Consistency.Latest, Cancellation))!;
            var record = view.Evaluator.Standings(view.State, world.Today).Single(each => each.Record == Record("CL-1"));
            Assert.Equal(decided.File.Outcome == CaseOutcome.Granted, record.Repaired);
            Assert.Equal(CaseState.Decided, (await node.Engine.Cases.FindAsync(repair.Number, Cancellation))!.File.State);
        }

        Assert.Empty(await world.DueAsync(CaseKind.Repair));
        Assert.Empty(await world.DueAsync(CaseKind.Objection));
    }

    [ClusterFact]
    public async Task Stories_of_cases_run_through_every_node_day_by_day()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();

        // An objection that its source lets lapse.
        await world.PenaltyAsync("CS-1", "2026-06-01");
        var objection = await world.OpenAsync(world.Objection("CS-1"));
        await world.ActAsync(objection.Number, CaseStep.Refer, Platform);
        world.GoTo(new(2026, 6, 15));
        Assert.Equal("answer-awaited", (await world.TryActAsync(
            objection.Number, world.Decide(CaseOutcome.PublicityEnded))).Rejection!.Code);
        world.GoTo(new(2026, 6, 16));
        await world.ActAsync(objection.Number, world.Decide(CaseOutcome.PublicityEnded));
        Assert.False(await world.IsPublicAsync("CS-1"));

        // Two records, one granted.
        await world.PenaltyAsync("CS-2", "2026-03-01");
        await world.PenaltyAsync("CS-3", "2026-03-01", source: "GAJ");
        var repair = await world.OpenAsync(world.Repair(Record("CS-2"), Record("CS-3", "GAJ")));
        await world.ActAsync(repair.Number, CaseStep.Accept, Platform);
        await world.ActAsync(repair.Number, world.Decide(CaseOutcome.Granted, Market, Record("CS-2")));
        await world.ActAsync(repair.Number, world.Decide(CaseOutcome.Refused, Police, Record("CS-3", "GAJ")));
        Assert.True((await world.StatusAsync("CS-2")).Repaired);
        Assert.False((await world.StatusAsync("CS-3", source: "GAJ")).Repaired);

        // A bankruptcy whose plan fails, and false materials.
        await world.PenaltyAsync("CS-4", "2026-06-10");
        var plan = await world.OpenAsync(world.Repair(Record("CS-4")) with { Route = "bankruptcy", Ruling = "(2026)虚破1号" });
        await world.ActAsync(plan.Number, CaseStep.Accept, Market);
        await world.ActAsync(plan.Number, world.Decide(CaseOutcome.Granted, Market, Record("CS-4")));
        Assert.False(await world.IsPublicAsync("CS-4"));
        world.GoTo(new(2026, 6, 20));
        await world.ActAsync(plan.Number, CaseStep.Fail, Platform);
        Assert.True(await world.IsPublicAsync("CS-4"));
        Assert.False(await world.IsPublicAsync("CS-4", new(2026, 6, 19)));
        await world.ActAsync(plan.Number, CaseStep.Ban, Market);
        Assert.Equal("repair-banned", (await world.TryOpenAsync(world.Repair(Record("CS-3", "GAJ")))).Rejection!.Code);
    }

    [ClusterFact]
    public async Task Proofs_given_at_one_node_are_read_at_every_other_and_stay_with_a_step_whose_owner_is_killed()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();
        await world.PenaltyAsync("CP-1", "2026-06-01");
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(Shard(world, nodes)));
        var others = nodes.Silos.Where(silo => silo != owner).ToList();

        // Uploaded at a node that does not own the organisation, named through the gateway, taken by the owner.
        var (pdf, png) = (ProofSamples.Pdf(), ProofSamples.Png());
        var receipt = await UploadAsync(others[0].Engine, Organisation, "缴款回单.pdf", pdf);
        var opened = await nodes.Gateway.Engine.Cases.OpenAsync(
            world.Subject, world.Objection("CP-1") with { Proofs = [receipt] }, "clerk", Cancellation);
        Assert.True(opened.Case is not null, $"{opened.Rejection}");
        var number = opened.Case.Number;
        Assert.Equal([receipt], opened.Case.File.Proofs.Select(proof => proof.Digest));
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
            Assert.Equal(pdf, await ReadAsync(node.Engine, receipt));

        // The owner is killed while it takes the step; sent again until a node has an answer, it is taken once, files and all.
        await world.ActAsync(number, CaseStep.Refer, Platform);
        var photo = await UploadAsync(others[1].Engine, Market, "照片.png", png);
        var answer = world.Command(CaseStep.Answer, Market) with { Upheld = false, Reason = "记载无误", Proofs = [photo] };
        var kill = nodes.Cluster.KillSiloAsync(nodes.Cluster.Silos.Single(silo => nodes.NodeOf(silo.Name) == owner));
        CaseResult? taken = null;
        for (var i = 0; taken is null; i++)
        {
            try
            {
                taken = await others[i % 2].Engine.Cases.ActAsync(number, answer, "clerk", Cancellation);
            }
            catch (StoreException) when (i < 600)
            {
                await Task.Delay(50, Cancellation);
            }
        }

        await kill;
        Assert.True(taken.Case is not null, $"{taken.Rejection}");
        await nodes.SettleAsync();
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var found = (await node.Engine.Cases.FindAsync(number, Cancellation))!;
            Assert.Equal([receipt, photo], found.File.Proofs.Select(proof => proof.Digest));
            Assert.Single(found.Steps, step => step.Step == "answer");
            Assert.Equal(pdf, await ReadAsync(node.Engine, receipt));
            Assert.Equal(png, await ReadAsync(node.Engine, photo));
        }

        // A sweep of what was left a day later takes nothing of it.
        time.Now += TimeSpan.FromHours(25);
        while (await others[0].Engine.Proofs.SweepAsync(Cancellation))
        {
            // To the end.
        }

        Assert.Equal(png, await ReadAsync(nodes.Gateway.Engine, photo));

        async Task<string> UploadAsync(CreditEngine engine, CaseActor place, string name, byte[] content)
        {
            var result = await engine.Proofs.AddAsync(world.Subject, place, name, content, "clerk", Cancellation);
            return result.Upload?.Digest ?? throw new InvalidOperationException($"{result.Rejection}");
        }

        async Task<byte[]?> ReadAsync(CreditEngine engine, string digest) =>
            (await engine.Proofs.FindAsync((await engine.Cases.FindAsync(number, Cancellation))!, digest, Cancellation))?.Content;
    }

    [ClusterFact]
    public async Task Content_destroyed_by_one_node_is_refused_by_name_and_a_tombstone_at_every_other()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();
        await world.PenaltyAsync("CD-1", "2015-03-02");
        var before = new KnownAt(world.Last, null);
        await world.PenaltyAsync("CD-2", "2026-06-01");

        var retention = nodes.Silos[0].Engine.Retention;
        await retention.CountAsync("count", "ada", "monthly", Cancellation);
        await retention.Jobs.WaitAsync("count");
        var counted = (await retention.Jobs.FindAsync("count", Cancellation))!;
        await retention.CarryOutAsync("run", counted, "bob", "monthly", Cancellation);
        await retention.Jobs.WaitAsync("run");
        Assert.Equal(1, (await retention.Jobs.FindAsync("run", Cancellation))!.Progress.Destroyed);

        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var now = (await node.Engine.Subjects.FindAsync(world.Subject, Consistency.Latest, Cancellation))!;
            Assert.DoesNotContain(
                now.Evaluator.Standings(now.State, world.Today), each => each.Record == Record("CD-1") && !each.Withdrawn);
            await Assert.ThrowsAsync<ContentDestroyedException>(async () => await node.Engine.Subjects.FindAsOfAsync(
                world.Subject, world.Today, before, Consistency.Latest, Cancellation));
            var history = await node.Engine.Subjects.HistoryAsync(world.Subject, null, 0, 100, Cancellation);
            Assert.Equal("CD-1", Assert.Single(history, entry => entry.IsDestroyed).Record.Id);
        }
    }

    private static int Shard(CaseWorld world, TestNodes nodes) =>
        ShardMap.ShardOf(world.Subject, nodes.Gateway.ShardCount);
}
