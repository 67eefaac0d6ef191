using System.Collections.Concurrent;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Postgres;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// R3: connections are killed and the server goes down and comes back under load. What was acknowledged is there once, positions have no
/// gap, and the store works again by itself.
/// </summary>
public sealed class ServerFaultTests
{
    private const int Shards = Sample.Shards;
    private const int Writers = 4;

    // Not the one of the other classes: it goes down under them. It ends with this process.
    private static readonly Lazy<Task<ThrowAwayPostgres>> Own = new(() => ThrowAwayPostgres.StartAsync());

    private PostgresStoreOptions? _options;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_terminated_at_random_lose_and_double_nothing()
    {
        var (server, store) = await OpenAsync();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await HoldsAsync(store, async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Task.Delay(random.Next(5, 60), Cancellation);
                await server.RunAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'credit' ORDER BY random() LIMIT 2");
            }
        });
    }

    [Fact]
    public async Task Server_restarted_and_killed_under_load_loses_and_doubles_nothing()
    {
        var (server, store) = await OpenAsync();
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        await HoldsAsync(store, async () =>
        {
            foreach (var mode in (StopMode[])[StopMode.Fast, StopMode.Immediate, StopMode.Kill])
            {
                await Task.Delay(300, Cancellation);
                await server.RestartAsync(mode);
            }

            await Task.Delay(300, Cancellation);
        });
    }

    [Fact]
    public async Task Server_down_is_said_and_passes_by_itself()
    {
        var (server, store) = await OpenAsync(retryMsMax: 200);
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        await server.StopAsync(StopMode.Fast);
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.Journal.ReadShardAsync(0, 0, 1, Cancellation));
        Assert.Equal(StoreFault.Unavailable, refused.Fault);
        Assert.Contains("cannot be reached", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(
            () => store.Quarantine.CloseAsync(new SourceId("s"), [1], "h", "a", default, Cancellation));
        await server.StartAgainAsync();
        Assert.Empty(await store.Journal.ReadShardAsync(0, 0, 1, Cancellation));
        Assert.False(store.LeaseLost.IsCancellationRequested);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Server_that_becomes_a_standby_is_read_only_until_it_is_promoted()
    {
        var (server, store) = await OpenAsync(retryMsMax: 1_000);
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        await server.RestartAsStandbyAsync();
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.Journal.AppendAsync([Sample.Entry()], Cancellation));
        Assert.Equal(StoreFault.ReadOnly, refused.Fault);
        Assert.Contains("standby", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await store.Journal.ReadShardAsync(0, 0, 1, Cancellation));
        var unopened = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(_options!, Cancellation));
        Assert.Equal(StoreFault.ReadOnly, unopened.Fault);
        Assert.Contains("primary", unopened.Message, StringComparison.Ordinal);
        await server.PromoteAsync();
        Assert.Equal(1, (await store.Journal.AppendAsync([Sample.Entry()], Cancellation))[0].Position);
        Assert.False(store.LeaseLost.IsCancellationRequested);
        await store.DisposeAsync();
    }

    /// <summary>Writers append and write back all the time that the fault takes; then everything is compared.</summary>
    private static async Task HoldsAsync(PostgresStore store, Func<Task> fault)
    {
        var done = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<JournalEntry>();
        var positions = new ConcurrentDictionary<SubjectId, long>();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => AppendAsync(store, writer, acknowledged, done.Token)));
        var owner = Task.Run(() => WriteBackAsync(store, positions, done.Token), CancellationToken.None);
        var running = Task.WhenAll(writers.Append(owner).ToList());
        await fault();
        var beforeEnd = acknowledged.Count;
        for (var waited = 0; acknowledged.Count < beforeEnd + 50 && waited < 600; waited++)
            await Task.Delay(50, Cancellation);
        await done.CancelAsync();
        await running;
        Assert.True(acknowledged.Count >= beforeEnd + 50, "the store did not recover by itself");

        var kept = new List<JournalEntry>();
        for (var shard = 0; shard < Shards; shard++)
        {
            var entries = await store.Journal.ReadShardAsync(shard, 0, int.MaxValue, Cancellation);
            Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Position));
            kept.AddRange(entries);
        }

        Assert.Equal(kept.Count, kept.DistinctBy(entry => (entry.Record, entry.Revision)).Count());
        var byRecord = kept.ToDictionary(entry => entry.Record);
        Assert.All(acknowledged, entry => Assert.Equal(entry.Position, byRecord[entry.Record].Position));
        foreach (var (subject, position) in positions)
            Assert.Equal(position, (await store.Subjects.FindAsync(subject, Cancellation))?.Position ?? 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{acknowledged.Count} acknowledged, {kept.Count} kept");
        await store.DisposeAsync();
    }

    /// <summary>As the engine does: a refusal means that nothing was appended or that it is not known, so the same is sent again.</summary>
    private static async Task AppendAsync(
        PostgresStore store, int writer, ConcurrentBag<JournalEntry> acknowledged, CancellationToken done)
    {
        for (var batch = 0; !done.IsCancellationRequested; batch++)
        {
            JournalEntry[] entries =
                [.. Enumerable.Range(0, 20).Select(i => Sample.Entry((batch * 20) + i, $"{writer}-{batch}-{i}"))];
            while (!done.IsCancellationRequested)
            {
                try
                {
                    foreach (var entry in await store.Journal.AppendAsync(entries, CancellationToken.None))
                        acknowledged.Add(entry);
                    break;
                }
                catch (DuplicateRevisionException)
                {
                    // The append came about after all, although no one could tell at the time.
                    break;
                }
                catch (StoreException)
                {
                    await Task.Delay(20, CancellationToken.None);
                }
            }
        }
    }

    private static async Task WriteBackAsync(
        PostgresStore store, ConcurrentDictionary<SubjectId, long> positions, CancellationToken done)
    {
        for (var round = 1L; !done.IsCancellationRequested; round++)
        {
            var writes = Enumerable.Range(0, 50).Select(subject => new SubjectWrite(
                Sample.RowOf(subject, round), positions.TryGetValue(Sample.SubjectOf(subject), out var known) ? known : null));
            try
            {
                await store.Subjects.WriteAsync(
                    [.. writes.GroupBy(write => write.Row.Shard).Select(shard => new ShardWrite(shard.Key, [.. shard], [], null))],
                    CancellationToken.None);
                foreach (var subject in Enumerable.Range(0, 50).Select(Sample.SubjectOf))
                    positions[subject] = round;
            }
            catch (StoreException)
            {
                await ResyncAsync(store, positions, done);
            }
        }
    }

    private static async Task ResyncAsync(
        PostgresStore store, ConcurrentDictionary<SubjectId, long> positions, CancellationToken done)
    {
        while (true)
        {
            try
            {
                foreach (var row in await store.Subjects.FindManyAsync([.. Enumerable.Range(0, 50).Select(Sample.SubjectOf)], Cancellation))
                    positions[row.Subject] = row.Position;
                return;
            }
            catch (StoreException) when (!done.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private async Task<(ThrowAwayPostgres Server, PostgresStore Store)> OpenAsync(int retryMsMax = 3_000)
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var server = await Own.Value;
        _options = new PostgresStoreOptions
        {
            Connection = await server.CreateDatabaseAsync(), ShardCount = Shards, RetryMsMax = retryMsMax, ConnectionsMax = 10,
        };
        return (server, await PostgresStore.OpenAsync(_options, Cancellation));
    }
}
