using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Streams;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Tests;

/// <summary>The journal's stream brings an owner what others have committed; nothing that is answered depends on it.</summary>
public sealed class StreamTests
{
    private const ulong Seed = 2048;
    private static readonly TimeSpan SoonMax = TimeSpan.FromSeconds(20);
    private static readonly string Code = Lines.Organisations(Seed).CodeOf(1);
    private static readonly SubjectId Subject = new(Code);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Event_committed_by_another_process_is_folded_by_the_owner_without_being_asked()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        var (shard, position) = await Elsewhere.CommitAsync(nodes.Connection, Code, 2);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(shard));
        await UntilAsync(() => owner.Shards.HeadOf(shard) >= position);
        Assert.Equal("虚构2号公司", await NameAsync(nodes.Gateway, Consistency.Any));

        // The owner goes on behind it, and repeats nothing.
        var next = await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", Lines.Registration(Code, 3));
        Assert.Equal(1, next.Accepted);
        Assert.Equal(position + 1, next.Token.PositionOf(shard));
        Assert.Equal("虚构3号公司", await NameAsync(nodes.Gateway, Consistency.AtLeast(next.Token)));
    }

    [ClusterFact]
    public async Task Answer_with_a_token_is_right_while_the_stream_is_stopped()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        await CommandAsync(nodes, PersistentStreamProviderCommand.StopAgents);
        var (shard, position) = await Elsewhere.CommitAsync(nodes.Connection, Code, 2);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(shard));
        var token = new Token(nodes.Gateway.Engine.Store.Incarnation, DateTimeOffset.UnixEpoch, [(shard, position)]);
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            Assert.Equal("虚构2号公司", await NameAsync(node, Consistency.AtLeast(token)));
            Assert.Equal("虚构2号公司", await NameAsync(node, Consistency.Latest));
        }

        // Several times as long as the stream needs.
        await Task.Delay(1500, Cancellation);
        Assert.True(owner.Shards.HeadOf(shard) < position, "the owner heard of it though the stream is stopped");
        await CommandAsync(nodes, PersistentStreamProviderCommand.StartAgents);
        await UntilAsync(() => owner.Shards.HeadOf(shard) >= position);
        Assert.Equal("虚构2号公司", await NameAsync(nodes.Gateway, Consistency.Any));
    }

    [ClusterFact]
    public async Task Position_that_is_committed_late_is_passed_by_nobody_I12()
    {
        await using var nodes = await TestNodes.StartAsync();
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1));
        var late = await Elsewhere.BeginAsync(nodes.Connection, Code, 2);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(late.Shard));
        var feeding = TestNodes.FeedAsync(nodes.Silos[1], "SCJG", Lines.Registration(Code, 3));
        await Task.Delay(1000, Cancellation);
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

    [ClusterFact]
    public async Task Event_delivered_again_has_no_effect()
    {
        await using var nodes = await TestNodes.StartAsync();
        var receipt = await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, 1), Lines.Registration(Code, 2));
        var shard = ShardMap.ShardOf(Subject, nodes.Gateway.ShardCount);
        var owner = nodes.Silos.Single(silo => silo.Shards.Owns(shard));
        var before = await owner.Engine.Subjects.FindAsync(Subject, Consistency.AtLeast(receipt.Token), Cancellation);
        foreach (var entry in await nodes.Gateway.Engine.Store.Journal.ReadShardAsync(shard, 0, 10, Cancellation))
        {
            var message = Wire.In(Wire.Out(entry), (kind, payload) => owner.Engine.EventReader.FactsOf(kind, payload.Span));
            await owner.Shards.TakeInAsync(shard, [(entry.Position, message)], Cancellation);
        }

        var after = await owner.Engine.Subjects.FindAsync(Subject, Consistency.Latest, Cancellation);
        Assert.Equal((before!.Position, before.State), (after!.Position, after.State));
    }

    [ClusterFact]
    public async Task Queue_is_read_again_from_any_position_and_held_until_delivered()
    {
        await using var nodes = await TestNodes.StartAsync(silos: 1);
        for (var revision = 1; revision <= 5; revision++)
            await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(Code, revision));
        var shard = ShardMap.ShardOf(Subject, nodes.Gateway.ShardCount);
        using var heads = new JournalHeads(nodes.Gateway.Engine.Store, TimeProvider.System);
        var queue = new JournalQueue(shard, nodes.Silos[0], heads);

        // Entries that the owner beside it appended need no delivery.
        Assert.Empty(await queue.GetQueueMessagesAsync(1, Cancellation));
        foreach (var from in (long[])[1, 3, 5])
        {
            using var first = queue.GetCacheCursor(JournalStream.Of(shard), null);
            using var cursor = queue.GetCacheCursor(JournalStream.Of(shard), new EventSequenceTokenV2(from));
            first.Dispose();
            var read = await queue.GetQueueMessagesAsync(1, Cancellation);
            queue.AddToCache(read);
            Assert.True(queue.IsUnderPressure());
            Assert.Equal(QueueCacheCursorMoveResultKind.Success, cursor.MoveNextWithResult().Kind);
            var batch = (JournalBatch)cursor.GetCurrent(out _)!;
            Assert.Equal(5, batch.Last);
            Assert.InRange(batch.First, 1, from);
            Assert.Equal(
                Enumerable.Range((int)batch.First, 6 - (int)batch.First).Select(position => (long)position),
                batch.GetEvents<FeedEventMessage>().Select(each => each.Item2.SequenceNumber));
            Assert.False(queue.TryPurgeFromCache(out _), "an entry was dropped while it was being delivered");
            Assert.Equal(QueueCacheCursorMoveResultKind.NoData, cursor.MoveNextWithResult().Kind);
            Assert.True(queue.TryPurgeFromCache(out _));
            Assert.False(queue.IsUnderPressure());
        }
    }

    private static Task<object?[]> CommandAsync(TestNodes nodes, PersistentStreamProviderCommand command) =>
        nodes.Cluster.Client.GetGrain<IManagementGrain>(0)
            .SendControlCommandToProvider<PersistentStreamProvider>(JournalStream.Provider, (int)command, null);

    private static async Task<string?> NameAsync(ClusterNode node, Consistency consistency) =>
        (await node.Engine.Subjects.FindAsync(Subject, consistency, Cancellation))?.Description?.Name;

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < SoonMax, "it did not come about");
            await Task.Delay(50, Cancellation);
        }
    }
}
