using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Development.Postgres;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CreditGrains.Cluster.Tests;

/// <summary>A subscription has one sender in the cluster, and another one when that is gone; nothing is lost in between.</summary>
public sealed class SubscriptionTests(ITestOutputHelper output)
{
    private const ulong Seed = 77;

    private static readonly EngineOptions Options = new()
    {
        FollowEveryMs = 200,
        Recomputation = new RecomputationOptions { Automatic = false },
        Subscriptions = new SubscriptionOptions
        {
            AllowLoopback = true, FirstPause = TimeSpan.FromMilliseconds(50), PauseMax = TimeSpan.FromMilliseconds(200), Page = 10,
            WakeEvery = TimeSpan.FromSeconds(1),
        },
    };

    private int _fed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Changes_of_all_silos_reach_the_receiver_through_one_sender()
    {
        var warnings = new Warnings();
        await using var nodes = await TestNodes.StartAsync(
            configure: silo => silo.Services.AddSingleton<ILoggerProvider>(warnings), options: Options);
        await using var receiver = await Receiver.StartAsync();
        var (subscription, secret) = await SubscribeAsync(nodes.Gateway, receiver);
        await FeedAsync(nodes, 60);
        await receiver.UntilAsync(each => each.Taken.Count >= 60, "the last delivery");
        await FeedAsync(nodes, 40);
        await receiver.UntilAsync(each => each.Taken.Count >= 100, "the last delivery");
        var status = await StatusAsync(nodes.Silos[1], subscription, each => each.Lag == 0);
        Assert.Equal((SubscriptionState.Active, 100L), (status.Progress.State, status.Progress.Delivered));
        Assert.Equal(100, receiver.All.Count);
        AssertAll(receiver, 100);
        Assert.All(receiver.All, received => received.AssertSigned(secret));

        // Every node tells the same.
        Assert.Equal(status.Progress, (await nodes.Gateway.Engine.Subscriptions.StatusAsync(subscription, Cancellation)).Progress);
        var places = new HashSet<string>();
        foreach (var _ in Enumerable.Range(0, 5))
            places.Add(await nodes.Cluster.Client.GetGrain<ISubscriptionGrain>(subscription.Id).WhereAsync());
        Assert.Single(places);
        Assert.Empty(warnings.OfSenders);
    }

    [ClusterFact]
    public async Task Killed_sender_is_followed_by_another_that_loses_nothing()
    {
        await using var nodes = await TestNodes.StartAsync(options: Options);
        await using var receiver = await Receiver.StartAsync();
        var (subscription, secret) = await SubscribeAsync(nodes.Gateway, receiver);
        receiver.Answer = (_, context) => Task.Delay(10, context.RequestAborted);
        await FeedAsync(nodes, 150);
        await receiver.UntilAsync(each => each.Taken.Count >= 40, "delivery 40");
        var grain = nodes.Cluster.Client.GetGrain<ISubscriptionGrain>(subscription.Id);
        var sender = await grain.WhereAsync();
        var silo = nodes.Cluster.Silos.Single(
            each => sender.Contains(each.SiloAddress.ToString().TrimStart('S'), StringComparison.Ordinal));
        output.WriteLine($"{receiver.Taken.Count} taken when {sender} is killed");
        await nodes.Cluster.KillSiloAsync(silo);
        var at = TimeProvider.System.GetTimestamp();
        var before = receiver.Taken.Count;
        await receiver.UntilAsync(each => each.Taken.Count > before + 1, "a delivery after it");
        output.WriteLine($"goes on after {TimeProvider.System.GetElapsedTime(at).TotalSeconds:0.0} s");
        await receiver.UntilAsync(each => each.Taken.DistinctBy(received => received.Id).Count() == 150, "the last delivery");
        AssertAll(receiver, 150);
        Assert.All(receiver.All, received => received.AssertSigned(secret));

        // Deliveries that the dead sender had made and not kept are made again, under the same ids: at most a page.
        Assert.InRange(receiver.Taken.Count, 150, 150 + Options.Subscriptions.Page + 1);
        Assert.All(
            receiver.Taken.GroupBy(received => received.Id),
            same => Assert.Single(same.DistinctBy(received => Encoding.UTF8.GetString(received.Body))));
        Assert.NotEqual(sender, await grain.WhereAsync());
    }

    [ClusterFact]
    public async Task Sender_that_leaves_hands_on_what_it_has_kept()
    {
        await using var nodes = await TestNodes.StartAsync(options: Options);
        await using var receiver = await Receiver.StartAsync();
        var (subscription, _) = await SubscribeAsync(nodes.Gateway, receiver);
        receiver.Answer = (_, context) => Task.Delay(10, context.RequestAborted);
        await FeedAsync(nodes, 100);
        await receiver.UntilAsync(each => each.Taken.Count >= 20, "delivery 20");
        var grain = nodes.Cluster.Client.GetGrain<ISubscriptionGrain>(subscription.Id);
        var sender = await grain.WhereAsync();
        await nodes.Cluster.StopSiloAsync(nodes.Cluster.Silos.Single(
            each => sender.Contains(each.SiloAddress.ToString().TrimStart('S'), StringComparison.Ordinal)));
        await receiver.UntilAsync(each => each.Taken.DistinctBy(received => received.Id).Count() == 100, "the last delivery");
        AssertAll(receiver, 100);
        Assert.InRange(receiver.Taken.Count, 100, 100 + Options.Subscriptions.Page);
        Assert.NotEqual(sender, await grain.WhereAsync());
    }

    [ClusterFact]
    public async Task Failing_paused_replayed_and_deleted_on_whichever_node()
    {
        await using var nodes = await TestNodes.StartAsync(
            options: Options with { Subscriptions = Options.Subscriptions with { GiveUpAfter = TimeSpan.FromMilliseconds(300) } });
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var (subscription, secret) = await SubscribeAsync(nodes.Silos[0], receiver);
        await FeedAsync(nodes, 10);
        var paused = await StatusAsync(nodes.Gateway, subscription, each => each.Progress.IsPaused && each.Lag >= 10);
        Assert.Equal("Answered 500.", paused.Progress.LastError);
        receiver.Answer = static (_, _) => Task.CompletedTask;
        await nodes.Silos[1].Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        await receiver.UntilAsync(each => each.Taken.Count == 10, "the last delivery");
        AssertAll(receiver, 10);

        Assert.Contains("subscription", await KindsKeptAsync(nodes.Connection, secret));
        Assert.True(await nodes.Silos[2].Engine.Subscriptions.DeleteAsync(subscription.Id, "op", Cancellation));

        // Another subscription, made afterwards, is told of what follows: by then the deleted one would have been.
        await using var witness = await Receiver.StartAsync();
        var (other, _) = await SubscribeAsync(nodes.Silos[2], witness);
        await FeedAsync(nodes, 5);
        await witness.UntilAsync(each => each.Taken.Count == 5, "the witness's last delivery");
        Assert.Equal(10, receiver.Taken.Count);
        Assert.True(await nodes.Silos[2].Engine.Subscriptions.DeleteAsync(other.Id, "op", Cancellation));
        for (var i = 0; await CountAsync(nodes.Connection, "orleans.orleansreminderstable") > 0; i++)
        {
            Assert.True(i < 200, "the reminder of a deleted subscription stays");
            await Task.Delay(50, Cancellation);
        }
    }

    [ClusterFact]
    public async Task Cluster_goes_on_where_one_process_was_and_one_process_where_the_cluster_was()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
        await using var receiver = await Receiver.StartAsync();
        Subscription? subscription = null;
        await using (var alone = await OnePostgres.OpenAsync(connection, Options))
        {
            subscription = (await alone.Engine.Subscriptions.CreateAsync(Order(receiver), Cancellation)).Subscription!;
            await FeedAsync(alone.Engine, 30);
            await receiver.UntilAsync(each => each.Taken.Count == 30, "the last delivery of one process");
        }

        await using var nodes = await TestNodes.StartAsync(options: Options, connection: connection);
        await FeedAsync(nodes, 20);
        await receiver.UntilAsync(each => each.Taken.Count >= 50, "the last delivery of the cluster");
        Assert.Equal(50, (await StatusAsync(nodes.Gateway, subscription, each => each.Lag == 0)).Progress.Delivered);
        await nodes.Cluster.StopAllSilosAsync();
        await using (var alone = await OnePostgres.OpenAsync(connection, Options))
        {
            await FeedAsync(alone.Engine, 10);
            await receiver.UntilAsync(
                each => each.Taken.DistinctBy(received => received.Id).Count() == 60, "the last delivery of one process");
        }

        AssertAll(receiver, 60);
        Assert.Equal(60, receiver.All.Count);
    }

    private static SubscriptionCommand Order(Receiver receiver, ChangeCursor? from = null) =>
        new(receiver.Url, [], [], [], from, "op", "credit report");

    private static async Task<(Subscription Subscription, string Secret)> SubscribeAsync(ClusterNode node, Receiver receiver)
    {
        var (subscription, rejection) = await node.Engine.Subscriptions.CreateAsync(Order(receiver), Cancellation);
        Assert.Null(rejection);
        return (subscription!, "whsec_" + subscription!.Secret);
    }

    /// <summary>Organisations that are new: each makes one change.</summary>
    private Task FeedAsync(TestNodes nodes, int count) => FeedAsync(nodes.Gateway.Engine, count);

    private async Task FeedAsync(CreditEngine engine, int count)
    {
        var lines = Enumerable.Range(_fed, count).Select(i => Lines.Registration(Lines.Organisations(Seed).CodeOf(i), 1));
        var body = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var receipt = await engine.Feed.SubmitAsync(new SourceId("SCJG"), "test", body, new FeedOptions { AllLines = true }, Cancellation);
        Assert.Equal(count, receipt.Accepted);
        _fed += count;
    }

    private static void AssertAll(Receiver receiver, int count) => Assert.Equal(
        Enumerable.Range(0, count).Select(i => Lines.Organisations(Seed).CodeOf(i)).Order(StringComparer.Ordinal),
        receiver.Taken.DistinctBy(received => received.Id).Select(received => received.Subject).Order(StringComparer.Ordinal));

    private static async Task<SubscriptionStatus> StatusAsync(
        ClusterNode node, Subscription subscription, Func<SubscriptionStatus, bool> isSo)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var status = await node.Engine.Subscriptions.StatusAsync(subscription, Cancellation);
                if (isSo(status))
                    return status;
                Assert.True(i < 1000, $"it does not come about: {status.Progress}, lag {status.Lag}");
            }
            catch (StoreException) when (i < 1000)
            {
                // Its sender is on its way.
            }

            await Task.Delay(50, Cancellation);
        }
    }

    private static async Task<List<string>> KindsKeptAsync(string text, string secret)
    {
        await using var connection = new NpgsqlConnection(text);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT graintypestring, payloadbinary FROM orleans.orleansstorage", connection);
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var kinds = new List<string>();
        while (await rows.ReadAsync(Cancellation))
        {
            var payload = Encoding.UTF8.GetString((byte[])rows[1]);
            Assert.StartsWith("{\"", payload, StringComparison.Ordinal);
            Assert.DoesNotContain("CreditGrains", payload, StringComparison.Ordinal);
            Assert.DoesNotContain(secret["whsec_".Length..], payload, StringComparison.Ordinal);
            kinds.Add(rows.GetString(0));
        }

        return kinds;
    }

    private static async Task<long> CountAsync(string text, string table)
    {
        await using var connection = new NpgsqlConnection(text);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Faults that the senders of the silos have logged.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _said = [];

        public IReadOnlyCollection<string> OfSenders => _said;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is >= 6051 and <= 6053)
                _said.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
