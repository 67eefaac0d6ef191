using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// Another process appends to the journal past a shard's owner, as an owner does that was replaced and whose last transaction was under
/// way. Nobody tells the present owner: the journal is asked where an answer needs it.
/// </summary>
public sealed class ForeignCommitTests
{
    private const ulong Seed = 2048;
    private static readonly string Code = Lines.Organisations(Seed).CodeOf(1);
    private static readonly SubjectId Subject = new(Code);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Event_committed_by_another_process_is_in_every_answer_with_its_token_and_in_the_latest()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        var (shard, position) = await Elsewhere.CommitAsync(nodes.Connection, Code, 2);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(shard));
        Assert.True(owner.Shards.HeadOf(shard) < position, "the owner has heard of it: nothing is shown");
        var token = new Token(nodes.Gateway.Engine.Store.Incarnation, DateTimeOffset.UnixEpoch, [(shard, position)]);
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            Assert.Equal("虚构2号公司", await NameAsync(node, Consistency.AtLeast(token)));
            Assert.Equal("虚构2号公司", await NameAsync(node, Consistency.Latest));
        }
    }

    [ClusterFact]
    public async Task Owner_goes_on_behind_what_another_process_has_committed_and_repeats_nothing()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        var (shard, position) = await Elsewhere.CommitAsync(nodes.Connection, Code, 2);
        var again = await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        Assert.Equal(0, again.Accepted);
        var next = await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", Lines.Registration(Code, 3));
        Assert.Equal(1, next.Accepted);
        Assert.Equal(position + 1, next.Token.PositionOf(shard));
        Assert.Equal("虚构3号公司", await NameAsync(nodes.Gateway, Consistency.AtLeast(next.Token)));
        var history = await nodes.Gateway.Engine.Subjects.HistoryAsync(Subject, null, 0, 10, Cancellation);
        Assert.Equal([1, 2, 3], history.Select(entry => entry.Revision));
    }

    [ClusterFact]
    public async Task Position_that_is_committed_late_is_passed_by_nobody_I12()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        var late = await Elsewhere.BeginAsync(nodes.Connection, Code, 2);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(late.Shard));
        var feeding = TestNodes.FeedAsync(nodes.Silos[1], "SCJG", Lines.Registration(Code, 3));
        await Elsewhere.UntilSomebodyWaitsForALockAsync(nodes.Connection);
        Assert.False(feeding.IsCompleted, "a position was given behind one that was not committed");
        Assert.Equal(late.Position - 1, owner.Shards.HeadOf(late.Shard));
        await late.CommitAsync();
        await late.DisposeAsync();
        var receipt = await feeding;
        Assert.Equal(late.Position + 1, receipt.Token.PositionOf(late.Shard));
        Assert.Equal("虚构3号公司", await NameAsync(nodes.Gateway, Consistency.AtLeast(receipt.Token)));
        var history = await nodes.Gateway.Engine.Subjects.HistoryAsync(Subject, null, 0, 10, Cancellation);
        Assert.Equal([1, 2, 3], history.Select(entry => entry.Revision));
    }

    private static async Task<string?> NameAsync(ClusterNode node, Consistency consistency) =>
        (await node.Engine.Subjects.FindAsync(Subject, consistency, Cancellation))?.Description?.Name;
}
