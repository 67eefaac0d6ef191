using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Cluster;

/// <summary>Copies of other nodes' subjects: when they answer, when they leave, and who is asked instead.</summary>
public sealed class SubjectCopiesTests
{
    private const string Subject = "52120110MJ01234562";
    private const string Other = "91110105MA00003490";

    [Fact]
    public async Task Subject_is_asked_of_its_owner_once_and_then_answered_from_memory()
    {
        await using var cluster = await StartAsync();
        var first = await cluster.FindAsync(Subject);
        Assert.Equal(1, cluster.Asked);
        Assert.Same(first!.State, (await cluster.FindAsync(Subject))!.State);
        Assert.Equal((1, 1), cluster.Copies.Reads);
        Assert.Equal(1, cluster.Asked);
        Assert.Equal(1, cluster.Copies.Count);
    }

    [Fact]
    public async Task Copy_leaves_when_the_journal_names_its_subject_and_no_other()
    {
        await using var cluster = await StartAsync();
        await cluster.FindAsync(Subject);
        await cluster.FindAsync(Other);
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        await cluster.FollowAsync();
        Assert.Equal(1, cluster.Copies.Count);
        var asked = cluster.Asked;
        var view = await cluster.FindAsync(Subject);
        Assert.Equal(asked + 1, cluster.Asked);
        Assert.Equal(LastOf(cluster, Subject), view!.Position);
        await cluster.FindAsync(Other);
        Assert.Equal(asked + 1, cluster.Asked);
    }

    [Fact]
    public async Task Copy_that_was_fetched_while_its_subject_changed_is_not_kept()
    {
        await using var cluster = await StartAsync();

        // The owner answers before the event, the journal is looked at after it, and only then the answer is kept.
        var copy = cluster.Copies;
        var shard = ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards);
        var before = await cluster.FindAsync(Subject);
        copy.End(shard, new SubjectId(Subject), null);
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        await cluster.FollowAsync();
        Assert.NotNull(copy.Begin(shard, new SubjectId(Subject)));
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 3));
        await cluster.FollowAsync();
        copy.End(shard, new SubjectId(Subject), before);
        Assert.Equal(0, copy.Count);
    }

    [Fact]
    public async Task Copy_that_is_not_known_to_be_current_answers_only_what_it_reflects()
    {
        await using var cluster = await StartAsync();
        var receipt = await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        await cluster.FollowAsync();
        await cluster.FindAsync(Subject);
        var asked = cluster.Asked;
        cluster.Time.Elapse(CopyCluster.LagMax);
        await cluster.FindAsync(Subject);
        Assert.Equal(asked, cluster.Asked);
        cluster.Time.Elapse(TimeSpan.FromMilliseconds(1));
        await cluster.FindAsync(Subject, Consistency.AtLeast(receipt.Token));
        Assert.Equal(asked, cluster.Asked);
        await cluster.FindAsync(Subject);
        Assert.Equal(asked + 1, cluster.Asked);
        Assert.Equal(CopyCluster.LagMax + TimeSpan.FromMilliseconds(1), cluster.Copies.LagOf(0));
    }

    [Fact]
    public async Task Write_through_a_node_is_read_there_at_once_without_a_token()
    {
        await using var cluster = await StartAsync();
        await cluster.FindAsync(Subject);
        await cluster.FeedAsync(cluster.Reader, CopyCluster.Penalty(Subject, "A", 2));
        Assert.Equal(LastOf(cluster, Subject), (await cluster.FindAsync(Subject))!.Position);
    }

    [Fact]
    public async Task Latest_is_always_asked_of_the_owner()
    {
        await using var cluster = await StartAsync();
        await cluster.FindAsync(Subject);
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        Assert.Equal(LastOf(cluster, Subject), (await cluster.FindAsync(Subject, Consistency.Latest))!.Position);
    }

    [Theory]
    [InlineData(CopyCluster.OwnerState.Gone)]
    [InlineData(CopyCluster.OwnerState.Silent)]
    internal async Task Read_goes_to_the_store_where_the_owner_does_not_answer(CopyCluster.OwnerState state)
    {
        await using var cluster = await StartAsync(silentMs: 1);
        var receipt = await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        cluster.State = state;
        foreach (var consistency in new[] { Consistency.Any, Consistency.AtLeast(receipt.Token), Consistency.Latest })
            Assert.Equal(LastOf(cluster, Subject), (await cluster.FindAsync(Subject, consistency))!.Position);
    }

    [Fact]
    public async Task Copies_are_bounded_and_those_not_asked_for_leave_first()
    {
        await using var cluster = await StartAsync(copiesMax: 2 * CopyCluster.Shards);
        var shard = ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards);
        var same = Codes().Where(code => ShardMap.ShardOf(new SubjectId(code), CopyCluster.Shards) == shard).Take(6).ToList();
        await cluster.FeedAsync(cluster.Owner, same.Select((code, i) => CopyCluster.Penalty(code, $"S{i}", 1)));
        await cluster.FollowAsync();
        foreach (var code in same)
            await cluster.FindAsync(code);
        Assert.Equal(2, cluster.Copies.Count);
        var asked = cluster.Asked;
        await cluster.FindAsync(same[^1]);
        Assert.Equal(asked, cluster.Asked);
    }

    [Fact]
    public async Task Shard_that_is_far_behind_drops_its_copies_instead_of_reading_on()
    {
        await using var cluster = await StartAsync();
        await cluster.FindAsync(Subject);
        var code = Codes().First(code => code != Subject && ShardMap.ShardOf(new SubjectId(code), CopyCluster.Shards)
            == ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards));
        await cluster.FeedAsync(cluster.Owner, Enumerable.Range(0, 2100).Select(i => CopyCluster.Penalty(code, $"M{i}", 1)));
        await cluster.FollowAsync();
        Assert.Equal(0, cluster.Copies.Count);
        Assert.Equal(TimeSpan.Zero, cluster.Copies.LagOf(ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards)));
    }

    [Fact]
    public async Task Stored_subjects_are_copied_beforehand_but_for_those_whose_rows_are_behind()
    {
        await using var cluster = await StartAsync();
        await cluster.Owner.FlushAsync();
        var shard = ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards);
        var others = Codes().Where(code => ShardMap.ShardOf(new SubjectId(code), CopyCluster.Shards) == shard).Take(3).ToList();
        await cluster.FeedAsync(cluster.Owner, others.Select((code, i) => CopyCluster.Penalty(code, $"W{i}", 1)));
        await cluster.Owner.FlushAsync();

        // Committed and looked at, but not written back: the row is not what the journal says.
        cluster.Store.Fault = (call, _) => call == "Subjects.Write" ? new StoreException("held") : null;
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(others[0], "W0", 2));
        await cluster.FollowAsync();
        for (var page = 0; page < 4; page++)
            await cluster.Copies.WarmUpAsync(shard, CancellationToken.None);
        Assert.Equal(3, cluster.Copies.Count);
        var asked = cluster.Asked;
        foreach (var code in others[1..].Append(Subject))
            Assert.Equal(LastOf(cluster, code), (await cluster.FindAsync(code))!.Position);
        Assert.Equal(asked, cluster.Asked);
        await cluster.FindAsync(others[0]);
        Assert.Equal(asked + 1, cluster.Asked);
    }

    /// <summary>
    /// The loop may begin late, when the journal has been followed already; it took pages beside whoever asked, and two pages of a shard
    /// at once ended in a fault.
    /// </summary>
    [Fact]
    public async Task Copying_beforehand_waits_first_though_the_journal_is_followed_already()
    {
        await using var cluster = await StartAsync();
        var ofThisLoop = new AsyncLocal<bool> { Value = true };
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Time.TimerMade += due =>
        {
            if (ofThisLoop.Value && due == TimeSpan.FromMilliseconds(CopyCluster.WarmUpAfterMs / 2))
                first.TrySetResult("waits");
        };
        using var stop = new CancellationTokenSource();
        var running = cluster.Copies.RunAsync(() => first.TrySetResult("copies"), fault => first.TrySetException(fault), stop.Token);
        Assert.Equal("waits", await first.Task);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Store_reads_of_silent_owners_are_counted_until_they_have_ended()
    {
        await using var cluster = await StartAsync(silentMs: 1, storeReadsMax: 1);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reads = 0;
        var replies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Replies = replies.Task;
        cluster.Store.Pause = (call, point) =>
        {
            if (call != "Subjects.Find" || point != FaultPoint.Before)
                return Task.CompletedTask;
            Interlocked.Increment(ref reads);
            reading.TrySetResult();
            return held.Task;
        };

        // The owner answers at last, while the store still reads: that read holds its place.
        var first = cluster.FindAsync(Subject, Consistency.Latest);
        await reading.Task;
        replies.SetResult();
        Assert.NotNull(await first);
        cluster.Replies = Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        Assert.NotNull(await cluster.FindAsync(Other, Consistency.Latest));
        Assert.Equal(1, reads);
        held.SetResult();
    }

    [Fact]
    public async Task Reads_beyond_those_that_the_store_takes_at_once_do_not_wait_for_a_silent_owner()
    {
        await using var cluster = await StartAsync(silentMs: 1, storeReadsMax: 1);
        cluster.State = CopyCluster.OwnerState.Silent;
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            cluster.FindAsync(i % 2 == 0 ? Subject : Other, Consistency.Latest).AsTask()))
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(null, found);
    }

    [Theory]
    [InlineData(5_000, true)]
    [InlineData(60_000, false)]
    public async Task Records_travel_in_a_message_up_to_its_bound_and_beyond_come_from_the_store(int records, bool isSent)
    {
        await using var cluster = await StartAsync();
        var reads = 0;
        foreach (var ids in Enumerable.Range(0, records).Chunk(5_000))
            await cluster.FeedAsync(cluster.Owner, ids.Select(id => CopyCluster.Penalty(Subject, $"R{id}", 1)));
        await cluster.Owner.FlushAsync();
        cluster.Store.Pause = (call, point) =>
        {
            if (call == "Subjects.Find" && point == FaultPoint.Before)
                Interlocked.Increment(ref reads);
            return Task.CompletedTask;
        };
        foreach (var consistency in new[] { Consistency.Any, Consistency.Latest })
        {
            var view = await cluster.FindAsync(Subject, consistency);
            Assert.Equal(LastOf(cluster, Subject), view!.Position);
            TestContext.Current.TestOutputHelper!.WriteLine($"{records} records: {view.State.Length} bytes, {reads} reads of the store");
            Assert.Equal(isSent, view.State.Length <= new EngineOptions().OwnerReplyBytesMax);
        }

        Assert.Equal(isSent ? 0 : 2, reads);
    }

    [Fact]
    public async Task Shard_whose_rows_are_far_behind_is_left_for_later_and_copied_once_they_are_not()
    {
        await using var cluster = await StartAsync();
        await cluster.Owner.FlushAsync();
        var shard = ShardMap.ShardOf(new SubjectId(Subject), CopyCluster.Shards);
        while (await cluster.Copies.WarmUpAsync(shard, CancellationToken.None) && cluster.Copies.Count == 0)
        {
        }

        var copied = cluster.Copies.Count;
        Assert.True(copied > 0);
        cluster.Store.Fault = (call, _) => call == "Subjects.Write" ? new StoreException("held") : null;
        await cluster.FeedAsync(cluster.Owner, Enumerable.Range(0, 2100).Select(i => CopyCluster.Penalty(Subject, $"L{i}", 1)));
        await cluster.FollowAsync();
        Assert.False(await cluster.Copies.WarmUpAsync(shard, CancellationToken.None));
        Assert.Equal(0, cluster.Copies.Count);

        cluster.Store.Fault = null;
        await cluster.Owner.FlushAsync();
        Assert.True(await cluster.Copies.WarmUpAsync(shard, CancellationToken.None));
    }

    [Fact]
    public async Task Look_that_fails_leaves_the_lag_growing()
    {
        await using var cluster = await StartAsync();
        cluster.Store.Fault = (call, point) =>
            call == "Journal.ReadMentions" && point == FaultPoint.Before ? new StoreException("away") : null;
        await cluster.FindAsync(Subject);
        await cluster.FeedAsync(cluster.Owner, CopyCluster.Penalty(Subject, "A", 2));
        await cluster.Owner.FlushAsync();
        cluster.Time.Elapse(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreException>(cluster.FollowAsync);
        var asked = cluster.Asked;
        Assert.Equal(LastOf(cluster, Subject), (await cluster.FindAsync(Subject))!.Position);
        Assert.Equal(asked + 1, cluster.Asked);
    }

    /// <summary>A cluster in which both subjects have one record and the journal has been looked at.</summary>
    private static async Task<CopyCluster> StartAsync(int copiesMax = 60, int silentMs = 10_000, int storeReadsMax = 32)
    {
        var cluster = await CopyCluster.StartAsync(copiesMax, silentMs, storeReadsMax);
        await cluster.FeedAsync(
            cluster.Owner, CopyCluster.Penalty(Subject, "A", 1), CopyCluster.Penalty(Other, "B", 1));
        await cluster.FollowAsync();
        return cluster;
    }

    private static long LastOf(CopyCluster cluster, string subject) =>
        cluster.Store.Journal.ReadSubjectAsync(new SubjectId(subject), 0, long.MaxValue, 100_000, CancellationToken.None)
            .GetAwaiter().GetResult()[^1].Position;

    private static IEnumerable<string> Codes()
    {
        var organisations = new CreditGrains.Development.Synthetic.SyntheticOrganisations(5);
        return Enumerable.Range(0, 1000).Select(i => organisations.CodeOf(i));
    }
}
