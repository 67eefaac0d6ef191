using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Cluster.Tests;

/// <summary>Measures on three silos and a gateway: every node begins and ends them in the position of their cause.</summary>
public sealed class MeasureTests
{
    private const string Restraint = "restrict-public-funds";

    [ClusterFact]
    [Invariant(7)]
    public async Task Measure_begins_and_ends_on_every_node_in_the_position_of_its_cause()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();
        await ExpectAsync(nodes, world, CheckOutcome.Proceed);
        await world.ListAsync("M-1", "2026-05-01", "2026-06-20");
        await ExpectAsync(nodes, world, CheckOutcome.Stop, "M-1");
        await world.ListAsync("M-2", "2026-05-02");
        await ExpectAsync(nodes, world, CheckOutcome.Stop, "M-1", "M-2");
        await world.WithdrawAsync("M-2", 2, "list-entry");
        await ExpectAsync(nodes, world, CheckOutcome.Stop, "M-1");

        // No event and no timer: the day comes.
        world.GoTo((await world.StatusAsync("M-1")).Until!.Value);
        await ExpectAsync(nodes, world, CheckOutcome.Proceed);
    }

    private static async Task ExpectAsync(TestNodes nodes, CaseWorld world, CheckOutcome outcome, params string[] causes)
    {
        var consistency = Consistency.AtLeast(world.Last!);
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var view = (await node.Engine.Subjects.FindAsync(world.Subject, consistency, Cancellation))!;
            Assert.Equal(causes, view.Assess().Measures.Where(each => each.Measure.Id == Restraint).Select(each => each.Cause!.Value.Id));
            var check = await node.Engine.Checks.CheckAsync(
                new CheckRequest(world.Subject, "approval", "public-funds", null, "officer"), consistency, Cancellation);
            Assert.Equal(outcome, check!.Outcome);
        }

        await nodes.StoreAllAsync();
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var page = await node.Engine.MeasureAudit.PageAsync(
                new MeasureAuditQuery(Restraint, null, MeasureAuditPlace.Begin, 200), Cancellation);
            Assert.Equal(causes, page.Items.Select(each => each.InForce.Cause!.Value.Id));
        }
    }
}
