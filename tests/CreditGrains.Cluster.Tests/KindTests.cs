using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Cluster.Tests;

/// <summary>List entries, commitments, declarations and contracts on three silos and a gateway, each step through another node.</summary>
public sealed class KindTests
{
    [ClusterFact]
    public async Task Kinds_run_through_every_node_and_a_contract_reaches_the_owner_of_the_other_party()
    {
        var time = new SteppedTime(Start);
        await using var nodes = await TestNodes.StartAsync(time: time);
        var world = new CaseWorld(
            asked => (asked % 4) switch { 3 => nodes.Gateway.Engine, var n => nodes.Silos[n % nodes.Silos.Count].Engine }, time);
        await world.RegisterAsync();
        var other = await world.OtherAsync();
        while (OwnerOf(other, nodes) == OwnerOf(world.Subject, nodes))
            other = await world.OtherAsync();

        var contract = await world.OpenAsync(world.Contract(other));
        Assert.Equal((1, 1), (contract.File.MirrorWanted, contract.File.MirrorDone));
        Assert.Equal("in-performance", await world.LevelInAsync(other, contract.Number));
        var listing = await world.OpenAsync(world.Listing());
        await world.ActAsync(listing.Number, CaseStep.Notify, Market, null);
        var commitment = await world.OpenAsync(world.Commitment("2026-06-17"));
        await world.ActAsync(commitment.Number, CaseStep.Accept, Market, null);
        var declaration = await world.OpenAsync(world.Declaration("虚构荣誉"));
        Assert.Equal("hearing-awaited", (await world.TryActAsync(listing.Number, world.List("2027-06-18"))).Rejection!.Code);

        world.GoTo(new(2026, 6, 18));
        var breached = await world.ActAsync(contract.Number, world.Command(CaseStep.Breach, Market) with
        {
            Outcome = CaseOutcome.SeriouslyBreached,
            Facts = new Dictionary<string, string>
            {
                [CaseFacts.BreachParty] = other.Value, [CaseFacts.BreachReason] = "逾期未交付", [CaseFacts.Basis] = "虚构仲裁裁决",
            },
        });
        Assert.Equal((2, 2), (breached.File.MirrorWanted, breached.File.MirrorDone));
        Assert.Equal("seriously-breached", await world.LevelInAsync(other, contract.Number));
        Assert.Equal("counterparty-breached", (await world.StatusAsync(contract.Number.ToString())).Level);
        var both = await Task.WhenAll(
            world.TryActAsync(listing.Number, world.List("2027-06-18")), world.TryActAsync(listing.Number, world.List("2027-07-18")));
        Assert.Single(both, result => result.Case?.File.State == CaseState.Listed);
        Assert.Contains("restrict-public-funds", await world.MeasuresAsync(listing.Number.ToString()));
        await world.ActAsync(commitment.Number, world.Assess(CaseOutcome.None));
        Assert.Equal("breached", (await world.StatusAsync(commitment.Number.ToString())).Level);
        await world.ActAsync(declaration.Number, world.Decide(CaseOutcome.Refuted, Market));
        Assert.Equal("commitment", (await world.StatusAsync(declaration.Number.ToString())).Kind);
    }

    private static ClusterNode OwnerOf(SubjectId subject, TestNodes nodes) =>
        nodes.Silos.Single(silo => silo.Shards.Owns(ShardMap.ShardOf(subject, nodes.Gateway.ShardCount)));
}
