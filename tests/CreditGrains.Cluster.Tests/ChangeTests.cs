using System.Net;
using CreditGrains.Client;
using CreditGrains.Client.Orleans;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Cluster.Tests;

/// <summary>Changes for .NET callers inside the network: none missed, none twice, whichever silo dies.</summary>
public sealed class ChangeTests(ITestOutputHelper output)
{
    private const ulong Seed = 91;
    private const int Subjects = 150;
    private const string Actor = "approvals";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Reader_is_told_each_change_once_though_silos_die_under_it()
    {
        await using var nodes = await TestNodes.StartAsync();
        var client = new CreditClusterClient(nodes.Cluster.Client);
        var codes = Lines.Organisations(Seed);
        var told = new List<OrganisationChange>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = Task.Run(
            async () =>
            {
                await foreach (var change in client.SubscribeAsync(null, Actor, "supervision", enough.Token))
                {
                    told.Add(change);
                    if (told.Count == Subjects)
                        return;
                }
            },
            Cancellation);
        for (var part = 0; part < 3; part++)
        {
            await TestNodes.FeedAsync(
                nodes.Gateway, "SCJG",
                Enumerable.Range(part * Subjects / 3, Subjects / 3).Select(i => Lines.Registration(codes.CodeOf(i), 1)));
            if (part < 2)
                await nodes.Cluster.KillSiloAsync(nodes.Cluster.Silos[^1]);
        }

        await reading.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal(
            Enumerable.Range(0, Subjects).Select(codes.CodeOf).Order(StringComparer.Ordinal),
            told.Select(change => change.Subject).Order(StringComparer.Ordinal));
        Assert.Equal(Subjects, told.Select(change => change.Id).Distinct().Count());
        output.WriteLine($"{told.Count} changes, two of three silos killed meanwhile");

        // Other types are told where they are asked for.
        await foreach (var change in client.SubscribeAsync(
            null, ["creditgrains.subject.record.arrived"], Actor, "supervision", enough.Token))
        {
            Assert.Equal("creditgrains.subject.record.arrived", change.Type);
            break;
        }

        // Rewound to the middle, the rest comes again in the same order within each shard.
        var again = new List<string>();
        await foreach (var change in client.SubscribeAsync(told[99].Cursor, Actor, "supervision", enough.Token))
        {
            again.Add(change.Id);
            if (again.Count == Subjects - 100)
                break;
        }

        Assert.Equal(told.Skip(100).Select(change => change.Id).Order(), again.Order());
        foreach (var silo in nodes.Silos)
            await silo.Engine.Access.FlushAsync(Cancellation);
        var logged = await nodes.Gateway.Engine.Store.AccessLog.ReadAsync(new SubjectId(told[^1].Subject), null, 10, Cancellation);
        Assert.Contains(logged, entry => entry is { Actor: Actor, Operation: "changes", Purpose: "supervision" });
    }

    [ClusterFact]
    public async Task Reader_beyond_the_pruned_end_is_told_in_the_middle_and_when_it_resumes_with_a_kept_cursor()
    {
        const int Pages = 450;
        await using var nodes = await TestNodes.StartAsync();
        var client = new CreditClusterClient(nodes.Cluster.Client, "en");
        var codes = Lines.Organisations(Seed);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Enumerable.Range(0, Pages).Select(i => Lines.Registration(codes.CodeOf(i), 1)));
        await nodes.StoreAllAsync();
        var told = new List<OrganisationChange>();

        // The first page is read; the rest of the outbox but its end is taken out while the reader works it off.
        var overtaken = await Assert.ThrowsAsync<CreditProblemException>(async () =>
        {
            await foreach (var change in client.SubscribeAsync(null, Actor, "supervision", Cancellation))
            {
                told.Add(change);
                if (told.Count == 1)
                    await PruneAsync(nodes);
            }
        });
        Assert.Equal((HttpStatusCode.Gone, "cursor-expired"), (overtaken.Status, overtaken.Code));
        Assert.InRange(told.Count, 1, 200);
        Assert.Equal(told.Count, told.Select(change => change.Id).Distinct().Count());

        // Later, from the cursor that it has kept; and without one it begins with what is kept.
        var resumed = client.SubscribeAsync(told[^1].Cursor, Actor, "supervision", Cancellation).GetAsyncEnumerator(Cancellation);
        var refused = await Assert.ThrowsAsync<CreditProblemException>(async () => await resumed.MoveNextAsync());
        Assert.Equal((HttpStatusCode.Gone, "cursor-expired"), (refused.Status, refused.Code));
        await using var anew = client.SubscribeAsync(null, Actor, "supervision", Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await anew.MoveNextAsync());

        static async Task PruneAsync(TestNodes nodes)
        {
            var outbox = nodes.Gateway.Engine.Store.Subjects;
            foreach (var (shard, head) in (await outbox.ChangeHeadsAsync(Cancellation)).Index())
                await outbox.PruneChangesAsync(shard, head, 1000, Cancellation);
        }
    }

    [ClusterFact]
    public async Task Reader_that_begins_now_is_not_told_what_was_before_and_a_cursor_that_is_none_is_refused()
    {
        await using var nodes = await TestNodes.StartAsync();
        var client = new CreditClusterClient(nodes.Cluster.Client);
        var codes = Lines.Organisations(Seed);
        await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(codes.CodeOf(0), 1));
        await nodes.StoreAllAsync();
        await using var changes = client.SubscribeAsync("now", Actor, "supervision", Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();
        for (var i = 1; i < 500 && !next.IsCompleted; i++)
        {
            // Which of them is the first that it is told of depends on when it has asked for its place.
            await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Registration(codes.CodeOf(i), 1));
            await nodes.StoreAllAsync();
        }

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.NotEqual(codes.CodeOf(0), changes.Current.Subject);
        foreach (var (wrong, status) in new[] { ("nonsense", 400), (changes.Current.Cursor[..3], 400) })
        {
            var refused = await Assert.ThrowsAsync<CreditProblemException>(async () =>
            {
                await foreach (var change in client.SubscribeAsync(wrong, Actor, "supervision", Cancellation))
                    Assert.Fail($"told of {change.Id}");
            });
            Assert.Equal(status, (int)refused.Status);
        }
    }
}
