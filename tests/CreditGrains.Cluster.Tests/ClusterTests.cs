using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Grains;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CreditGrains.Cluster.Tests;

/// <summary>Three silos and a gateway in this process: the same questions as in the embedded host get the same answers.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    private const ulong Seed = 4711;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Feed_through_any_node_is_answered_by_every_node_as_by_the_embedded_host()
    {
        await using var nodes = await TestNodes.StartAsync();
        var lines = Lines.Synthetic(Seed, 200);
        var receipts = new List<FeedReceipt>();
        var entrances = nodes.Silos.Append(nodes.Gateway).ToList();
        foreach (var (part, i) in lines.Chunk(100).Select((part, i) => (part, i)))
            receipts.Add(await TestNodes.FeedAsync(entrances[i % entrances.Count], "SCJG", part));
        await using var embedded = await Embedded.OpenAsync();
        var alone = await embedded.FeedAsync("SCJG", lines);
        Assert.Equal(alone.Accepted, receipts.Sum(receipt => receipt.Accepted));
        Assert.Equal(alone.Rejected, receipts.Sum(receipt => receipt.Rejected));
        Assert.Equal(alone.Duplicate + alone.Stale, receipts.Sum(receipt => receipt.Duplicate + receipt.Stale));
        var codes = Lines.Organisations(Seed);
        for (var i = 0; i < 200; i++)
        {
            var subject = new SubjectId(codes.CodeOf(i));
            var expected = await embedded.Engine.Subjects.FindAsync(subject, Consistency.Latest, Cancellation);
            foreach (var node in entrances)
            {
                var found = await node.Engine.Subjects.FindAsync(subject, Consistency.Latest, Cancellation);
                Assert.Equal(expected?.Summary.NextChange, found?.Summary.NextChange);
                Assert.Equal(expected?.Description, found?.Description);
                Assert.Equal(Words(expected), Words(found));
                var question = new CheckRequest(subject, "approval", TestNodes.Rulebook.Matters.Keys.First(), null, "test");
                var said = await embedded.Engine.Checks.CheckAsync(question, Consistency.Any, Cancellation);
                var heard = await node.Engine.Checks.CheckAsync(question, Consistency.Any, Cancellation);
                Assert.Equal(said!.Outcome, heard!.Outcome);
                Assert.Equal(said.Reasons.Select(reason => reason.Code), heard.Reasons.Select(reason => reason.Code));
            }
        }
    }

    [ClusterFact]
    public async Task Feed_repeated_through_another_node_has_no_effect()
    {
        await using var nodes = await TestNodes.StartAsync();
        var lines = Enumerable.Range(0, 50).Select(i => Lines.Registration(Lines.Organisations(Seed).CodeOf(i), 1)).ToList();
        var first = await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", lines);
        var second = await TestNodes.FeedAsync(nodes.Silos[1], "SCJG", lines);
        Assert.Equal((50, 0), (first.Accepted, first.Duplicate));
        Assert.Equal((0, 50), (second.Accepted, second.Duplicate));
    }

    /// <summary>A check where the shard is at home is a look into memory, as in one process; a call would carry the whole state.</summary>
    [ClusterFact]
    public async Task Subject_owned_by_the_node_that_is_asked_is_answered_without_a_grain_call()
    {
        await using var nodes = await TestNodes.StartAsync();
        var codes = Enumerable.Range(0, 60).Select(i => Lines.Organisations(Seed).CodeOf(i)).ToList();
        var receipt = await TestNodes.FeedAsync(nodes.Silos[0], "SCJG", codes.Select(code => Lines.Registration(code, 1)));
        var management = nodes.Cluster.Client.GetGrain<Orleans.Runtime.IManagementGrain>(0);
        foreach (var code in codes)
        {
            var subject = new SubjectId(code);
            var owner = nodes.Silos.Single(silo => silo.Shards.Owns(ShardMap.ShardOf(subject, silo.ShardCount)));
            foreach (var consistency in new[] { Consistency.Any, Consistency.AtLeast(receipt.Token), Consistency.Latest })
                Assert.Equal("虚构1号公司", (await owner.Engine.Subjects.FindAsync(subject, consistency, Cancellation))?.Description?.Name);
            Assert.Same(
                await owner.Engine.Subjects.FindAsync(subject, Consistency.Any, Cancellation),
                await owner.Engine.Subjects.FindAsync(subject, Consistency.Any, Cancellation));
            Assert.Null(await management.GetActivationAddress(nodes.Cluster.Client.GetGrain<ISubjectGrain>(code)));
        }

        // The same question through a node that does not own it wakes the grain, so the assertion above can fail.
        await nodes.Gateway.Engine.Subjects.FindAsync(new SubjectId(codes[0]), Consistency.Any, Cancellation);
        Assert.NotNull(await management.GetActivationAddress(nodes.Cluster.Client.GetGrain<ISubjectGrain>(codes[0])));
    }

    [ClusterFact]
    public async Task Subjects_and_shards_spread_over_the_silos()
    {
        await using var nodes = await TestNodes.StartAsync();
        Assert.All(nodes.Silos, silo => Assert.InRange(silo.OwnedShards, 8, 40));
        var codes = Lines.Organisations(Seed);
        var places = new Dictionary<string, int>();
        for (var i = 0; i < 300; i++)
        {
            var where = await nodes.Cluster.Client.GetGrain<ISubjectGrain>(codes.CodeOf(i)).WhereAsync();
            places[where] = places.GetValueOrDefault(where) + 1;
        }

        output.WriteLine(string.Join(", ", places.Values));
        Assert.Equal(3, places.Count);
        Assert.All(places.Values, count => Assert.InRange(count, 30, 200));
    }

    [ClusterFact]
    public async Task Silo_that_leaves_hands_its_shards_over()
    {
        await using var nodes = await TestNodes.StartAsync();
        var codes = Lines.Organisations(Seed);
        var before = await TestNodes.FeedAsync(
            nodes.Silos[0], "SCJG", Enumerable.Range(0, 100).Select(i => Lines.Registration(codes.CodeOf(i), 1)));
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos[2]);
        await nodes.SettleAsync();
        Assert.Equal(2, nodes.Silos.Count);
        var after = await TestNodes.FeedAsync(
            nodes.Gateway, "SCJG", Enumerable.Range(0, 100).Select(i => Lines.Registration(codes.CodeOf(i), 2)));
        Assert.Equal((100, 100), (before.Accepted, after.Accepted));
        for (var i = 0; i < 100; i++)
        {
            var view = await nodes.Gateway.Engine.Subjects.FindAsync(
                new SubjectId(codes.CodeOf(i)), Consistency.AtLeast(after.Token), Cancellation);
            Assert.Equal("虚构2号公司", view?.Description?.Name);
        }

        await nodes.Cluster.StartAdditionalSiloAsync();
        await nodes.SettleAsync();
    }

    [ClusterFact]
    public async Task Token_ahead_of_the_journal_or_of_another_store_is_refused()
    {
        await using var nodes = await TestNodes.StartAsync();
        var subject = new SubjectId(Lines.Organisations(Seed).CodeOf(1));
        var shard = ShardMap.ShardOf(subject, nodes.Gateway.ShardCount);
        var ahead = new Token(nodes.Gateway.Engine.Store.Incarnation, DateTimeOffset.UnixEpoch, [(shard, 1_000)]);
        var foreign = new Token(nodes.Gateway.Engine.Store.Incarnation + 1, DateTimeOffset.UnixEpoch, [(shard, 1)]);
        foreach (var node in nodes.Silos.Append(nodes.Gateway))
        {
            var told = await Assert.ThrowsAsync<TokenException>(async () =>
                await node.Engine.Subjects.FindAsync(subject, Consistency.AtLeast(ahead), Cancellation));
            Assert.False(told.Foreign);
            told = await Assert.ThrowsAsync<TokenException>(async () =>
                await node.Engine.Subjects.FindAsync(subject, Consistency.AtLeast(foreign), Cancellation));
            Assert.True(told.Foreign);
        }
    }

    [ClusterFact]
    public async Task Call_that_is_repeated_is_answered_as_the_first_time()
    {
        await using var nodes = await TestNodes.StartAsync(silos: 1);
        var code = Lines.Organisations(Seed).CodeOf(3);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(code, 1));
        var shard = ShardMap.ShardOf(new SubjectId(code), nodes.Gateway.ShardCount);
        var known = (await nodes.Gateway.Engine.Store.Journal.ReadShardAsync(shard, 0, 1, Cancellation)).Single();
        var next = new FeedEventMessage
        {
            Subject = code, Source = known.Record.Source.Value, Record = known.Record.Id, Revision = 2,
            Op = (byte)known.Op, Kind = known.Kind, Payload = known.Payload.ToArray(),
            DigestHigh = known.Digest.High, DigestLow = known.Digest.Low, NaturalKey = known.NaturalKey,
        };
        var grain = nodes.Cluster.Client.GetGrain<IShardGrain>(shard);
        var request = new AppendRequest { Events = [next], Actor = "test", Operation = Guid.NewGuid() };
        var replies = await Task.WhenAll(grain.AppendAsync(request), grain.AppendAsync(request), grain.AppendAsync(request));
        Assert.All(replies, reply => Assert.Equal(((byte)FeedOutcome.Accepted, 2L), (reply.Verdicts.Single().Outcome, reply.Head)));

        // Another operation finds it in the journal.
        var again = await grain.AppendAsync(new AppendRequest { Events = [next], Actor = "test", Operation = Guid.NewGuid() });
        Assert.Equal((byte)FeedOutcome.Duplicate, again.Verdicts.Single().Outcome);
    }

    [ClusterFact]
    public async Task Subjects_beyond_the_bound_are_answered_and_do_not_stay()
    {
        await using var nodes = await TestNodes.StartAsync(
            silos: 1, configure: silo => silo.Services.AddSingleton(new ActivationLimit(20)));
        var codes = Lines.Organisations(Seed);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Enumerable.Range(0, 200).Select(i => Lines.Registration(codes.CodeOf(i), 1)));
        for (var i = 0; i < 200; i++)
            Assert.NotNull(await nodes.Gateway.Engine.Subjects.FindAsync(new SubjectId(codes.CodeOf(i)), Consistency.Latest, Cancellation));
        var admission = nodes.Cluster.Silos[0].ServiceProvider.GetRequiredService<ActivationLimit>();
        for (var i = 0; admission.Count > 20; i++)
        {
            Assert.True(i < 200, $"{admission.Count} subjects stay active");
            await Task.Delay(50, Cancellation);
        }

        Assert.InRange(admission.Count, 1, 20);
    }

    private static string? Words(SubjectView? view) => view is null
        ? null
        : System.Text.Json.JsonSerializer.Serialize(view.Assess());
}
