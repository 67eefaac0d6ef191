using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using CreditGrains.Storage.Postgres.Nodes;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>Several processes on one store: who may join, whose clock is off, and what two of them cannot both write.</summary>
public sealed class NodeTests : IAsyncDisposable
{
    private readonly PostgresHost _host = new();
    private readonly List<PostgresStore> _stores = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_of_another_cluster_is_refused_by_both_names()
    {
        await (await OpenAsync()).Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
            await (await OpenAsync()).Nodes.JoinAsync(Node("b", "south", "digest1"), false, Cancellation));
        Assert.Contains("'north'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'south'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_with_another_rulebook_is_refused_with_both_versions()
    {
        var store = await OpenAsync();
        await store.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
            await (await OpenAsync()).Nodes.JoinAsync(Node("b", "north", "digest2"), false, Cancellation));
        Assert.True(refused.IsRulebook);
        Assert.Contains("book digest1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("book digest2", refused.Message, StringComparison.Ordinal);
        await (await OpenAsync()).Nodes.JoinAsync(Node("c", "north", "digest1"), false, Cancellation);
        Assert.Equal(["a", "c"], (await store.Nodes.ListAsync(Cancellation)).Select(node => node.Node));
    }

    [Fact]
    public async Task Node_of_another_contract_is_refused_with_both_versions_and_waits_as_a_successor()
    {
        var store = await OpenAsync();
        await store.Nodes.JoinAsync(Node("a", "north", "digest1") with { Contract = 3 }, false, Cancellation);
        foreach (var contract in new[] { 2, 4 })
        {
            var refused = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
                await (await OpenAsync()).Nodes.JoinAsync(Node("b", "north", "digest1") with { Contract = contract }, false, Cancellation));
            Assert.False(refused.IsRulebook);
            Assert.Contains("version 3 of the contract", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"speaks version {contract}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("silo a", refused.Message, StringComparison.Ordinal);
        }

        await (await OpenAsync()).Nodes.JoinAsync(Node("c", "north", "digest1") with { Contract = 3 }, false, Cancellation);
        Assert.Equal([("a", 3), ("c", 3)], (await store.Nodes.ListAsync(Cancellation)).Select(node => (node.Node, node.Contract)));
    }

    [Fact]
    public async Task Node_of_a_program_that_knew_no_contract_is_taken_for_version_0()
    {
        var store = await OpenAsync();
        await RunAsync(
            store,
            "INSERT INTO credit.node (node, cluster, role, rulebook, rulebook_digest, schema_version, until) "
            + "VALUES ('old', 'north', 'silo', 'book', 'digest1', 18, clock_timestamp() + interval '1 hour')");
        var joining = (await OpenAsync()).Nodes.JoinAsync(Node("b", "north", "digest1") with { Contract = 1 }, false, Cancellation);
        for (; !joining.IsCompleted; await Task.Delay(20, Cancellation))
            await RunAsync(store, "UPDATE credit.node SET until = until + interval '1 second' WHERE node = 'old'");
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => joining);
        Assert.Contains("version 0 of the contract", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Successor_waits_until_the_last_node_of_the_old_rulebook_has_ended()
    {
        var old = await OpenAsync();
        await old.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        var joining = (await OpenAsync()).Nodes.JoinAsync(Node("b", "north", "digest2"), true, Cancellation);
        await UntilRenewedAsync(old, times: 2);
        Assert.False(joining.IsCompleted, "it did not wait");
        await old.Nodes.DisposeAsync();
        await joining.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task Node_that_was_killed_is_forgotten()
    {
        var killed = await OpenAsync();
        await killed.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        await killed.Nodes.AbandonAsync();
        var store = await OpenAsync();
        await store.Nodes.JoinAsync(Node("b", "south", "digest2"), false, Cancellation);
        Assert.Equal(["b"], (await store.Nodes.ListAsync(Cancellation)).Select(node => node.Node));
    }

    [Fact]
    public async Task Access_log_of_two_nodes_that_append_at_once_is_one_chain_and_read_whole()
    {
        const int Appends = 150;
        PostgresStore[] stores = [await OpenAsync(), await OpenAsync()];

        // The second goes on alone when the first is done.
        await Task.WhenAll(stores.Select((store, node) => YieldingThread.RunAsync("append", () =>
        {
            for (var append = 0; append < Appends * (node + 1); append++)
            {
                var entries = Enumerable.Range(0, 3).Select(i => Sample.Access() with { Reference = $"{node}/{append}/{i}" });
                store.AccessLog.AppendAsync([.. entries], default).GetAwaiter().GetResult();
            }
        })));
        Assert.Null(await stores[0].AccessLog.VerifyAsync(Cancellation));
        var entries = await stores[0].AccessLog.ReadAsync(Sample.SubjectOf(1), null, 10_000, Cancellation);
        Assert.Equal(Enumerable.Range(1, Appends * 9).Reverse().Select(number => (long)number), entries.Select(entry => entry.Number));
        for (var node = 0; node < 2; node++)
        {
            Assert.Equal(
                Enumerable.Range(0, Appends * (node + 1)).SelectMany(append => Enumerable.Range(0, 3).Select(i => $"{node}/{append}/{i}")),
                entries.Reverse().Select(entry => entry.Reference).Where(text => text![0] == '0' + node));
        }
    }

    [Fact]
    public async Task Clock_that_is_off_is_reported()
    {
        var store = await OpenAsync(new OffTime(TimeSpan.FromSeconds(30)));
        TimeSpan? told = null;
        store.Nodes.AheadChanged += ahead => told = ahead;
        await store.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        Assert.InRange(told!.Value.TotalSeconds, 27, 33);
        var listed = (await PostgresStore.InspectAsync(_host.Options, Cancellation)).Nodes.Single();
        Assert.InRange(listed.Ahead.TotalSeconds, 27, 33);

        var exact = await OpenAsync();
        exact.Nodes.AheadChanged += _ => Assert.Fail("a clock that is right was reported");
        await exact.Nodes.JoinAsync(Node("b", "north", "digest1"), false, Cancellation);
        Assert.InRange(exact.Nodes.Ahead.Duration().TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task Newer_program_does_not_migrate_under_nodes_that_work()
    {
        var store = await OpenAsync();
        await store.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);

        // As the table was in the oldest schema that has it: what a newer program finds before it may bring it forward.
        await store.Nodes.AbandonAsync();
        await RunAsync(store, "ALTER TABLE credit.node DROP COLUMN contract, DROP COLUMN address, DROP COLUMN holder");
        await RunAsync(store, "UPDATE credit.node SET until = clock_timestamp() + interval '1 hour'");
        var version = PostgresSchema.Current.Version;
        var newer = new PostgresSchema([.. Enumerable.Repeat("SELECT 1", version + 1)]);
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() =>
            PostgresStore.RequireSchemaAsync(store.Database, newer, Cancellation));
        Assert.Contains($"version {version} ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"needs {version + 1}", refused.Message, StringComparison.Ordinal);
        await RunAsync(store, "DELETE FROM credit.node");
        await PostgresStore.RequireSchemaAsync(store.Database, newer, Cancellation);
    }

    [Fact]
    public async Task Topology_names_who_owns_which_shards_and_where_it_is_reached()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await first.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        await second.Nodes.JoinAsync(Node("b", "north", "digest1"), false, Cancellation);
        await first.Topology!.PublishAsync("http://10.0.0.11:8080", Cancellation);
        await first.Leases.TakeAsync([0, 2], Cancellation);
        await second.Leases.TakeAsync([1], Cancellation);
        var topology = await second.Topology!.ReadAsync(Cancellation);
        Assert.Equal([("a", "http://10.0.0.11:8080"), ("b", null)], topology.Nodes.Select(node => (node.Node, node.Address)));
        Assert.Equal([[0, 2], [1]], topology.Nodes.Select(node => node.Shards));

        // A shard that is given up belongs to nobody, and the version goes up once it has an owner again.
        await first.Leases.ReleaseAsync([2], Cancellation);
        Assert.Equal([[0], [1]], (await first.Topology.ReadAsync(Cancellation)).Nodes.Select(node => node.Shards));
        await second.Leases.TakeAsync([2], Cancellation);
        var moved = await first.Topology.ReadAsync(Cancellation);
        Assert.Equal([[0], [1, 2]], moved.Nodes.Select(node => node.Shards));
        Assert.True(moved.Version > topology.Version);
        Assert.Equal(moved.Version, (await second.Topology.ReadAsync(Cancellation)).Version);

        // A node that is gone is not named, and an address is announced again with each heartbeat.
        await RunAsync(first, "UPDATE credit.node SET address = NULL WHERE node = 'a'");
        await second.Nodes.DisposeAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await first.Topology.ReadAsync(patience.Token)).Nodes is not [{ Address: "http://10.0.0.11:8080" }])
            await Task.Delay(20, patience.Token);
    }

    // Fault 24: whatever else a renewal meets, the loop went on for faults of the store only.
    [Fact]
    public async Task Leases_are_renewed_on_though_whoever_hears_of_a_loss_fails()
    {
        var store = await OpenAsync();
        await store.Leases.TakeAsync([0, 1, 2], Cancellation);
        var lost = System.Threading.Channels.Channel.CreateUnbounded<int>();
        store.Leases.Lost += shard =>
        {
            lost.Writer.TryWrite(shard);
            throw new InvalidOperationException("a listener's own fault");
        };
        await LoseAsync(store, 0, 1);
        Assert.Equal([0, 1], new[] { await NextAsync(), await NextAsync() }.Order());
        Assert.False(store.Leases.Holds(0) || store.Leases.Holds(1));
        Assert.True(store.Leases.Holds(2));
        await LoseAsync(store, 2);
        Assert.Equal(2, await NextAsync());

        Task<int> NextAsync() => lost.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task Renewal_that_fails_by_a_fault_of_its_own_for_a_leases_time_gives_the_shards_up()
    {
        var time = new OffTime(TimeSpan.Zero);
        var store = await OpenAsync(time, leaseMs: 300_000);
        await store.Leases.TakeAsync([0, 1], Cancellation);
        var leases = (ShardLeases)store.Leases;
        var (own, away) = (new InvalidOperationException("ours"), new StoreException("away"));
        var lost = new List<int>();
        leases.Lost += lost.Add;
        time.Ahead = TimeSpan.FromSeconds(200);
        leases.RenewalFailed(own);
        time.Ahead = TimeSpan.FromSeconds(301);
        leases.RenewalFailed(away);
        Assert.True(leases.Holds(0) && leases.Holds(1));
        leases.RenewalFailed(own);
        Assert.False(leases.Holds(0) || leases.Holds(1));
        Assert.Equal([0, 1], lost);
    }

    // A shard that its process no longer works on, but whose lease it renewed on, had no owner until that process ended.
    [Fact]
    public async Task Lease_whose_release_fails_runs_out_though_its_process_lives()
    {
        var second = await OpenAsync();
        var (proxy, first) = await OpenThroughAsync();
        await first.Leases.TakeAsync([0, 1], Cancellation);
        _ = proxy.NextCommit(cuts: true, Task.FromResult(false), "AND shard = ANY($2)");
        await Assert.ThrowsAnyAsync<StoreException>(() => first.Leases.ReleaseAsync([0], Cancellation));
        await second.Leases.TakeAsync([0], Cancellation);
        Assert.True(first.Leases.Holds(1));
        proxy.Dispose();
    }

    [Fact]
    public async Task Lease_whose_taking_is_not_answered_runs_out_though_its_process_lives()
    {
        var second = await OpenAsync();
        var (proxy, first) = await OpenThroughAsync();
        _ = proxy.NextCommit(cuts: true, Task.FromResult(true), after: "RETURNING f.shard, f.epoch");
        await Assert.ThrowsAnyAsync<StoreException>(() => first.Leases.TakeAsync([0], Cancellation));
        Assert.False(first.Leases.Holds(0));
        await first.Leases.TakeAsync([1], Cancellation);
        await second.Leases.TakeAsync([0], Cancellation);
        Assert.True(first.Leases.Holds(1));
        proxy.Dispose();
    }

    [Fact]
    public async Task Node_says_on_that_it_is_there_though_whoever_hears_of_its_clock_fails()
    {
        var time = new OffTime(TimeSpan.FromSeconds(10));
        var store = await OpenAsync(time);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await store.Nodes.JoinAsync(Node("a", "north", "digest1"), false, Cancellation);
        store.Nodes.AheadChanged += _ =>
        {
            heard.TrySetResult();
            throw new InvalidOperationException("a listener's own fault");
        };
        time.Ahead = TimeSpan.Zero;
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await RunAsync(store, "UPDATE credit.node SET until = 'epoch'");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await store.Nodes.ListAsync(Cancellation)).Count == 0)
            await Task.Delay(20, patience.Token);
    }

    /// <summary>Waits for so many heartbeats of the only node that lives.</summary>
    private static async Task UntilRenewedAsync(PostgresStore store, int times)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new HashSet<DateTime>();
        while (seen.Count <= times)
        {
            seen.Add(await store.Database.PointAsync(
                () => P.Command("SELECT until FROM credit.node"), row => row.GetDateTime(0), patience.Token));
            await Task.Delay(20, patience.Token);
        }
    }

    private static Task<bool> LoseAsync(PostgresStore store, params int[] shards) =>
        RunAsync(store, $"UPDATE credit.lease SET owner = 'another' WHERE shard IN ({string.Join(',', shards)})");

    private static Task<bool> RunAsync(PostgresStore store, string sql) => store.Database.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(P.Command(sql));
            return true;
        },
        Cancellation);

    [Fact]
    public async Task Two_owners_that_see_a_record_first_cannot_both_take_it_in()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        var (one, other) = (Entry(1, 1), Entry(2, 2));
        Assert.NotEqual(one.Shard, other.Shard);
        await first.Leases.TakeAsync([one.Shard], Cancellation);
        await second.Leases.TakeAsync([other.Shard], Cancellation);
        await first.Journal.AppendAsync([one], Cancellation);
        await Assert.ThrowsAsync<DuplicateRevisionException>(() => second.Journal.AppendAsync([other], Cancellation));

        // Judged again it is refused, because the record is known now; a further revision that is known to be one is taken in.
        Assert.Equal(one.Subject, (await second.Journal.FindHeadsAsync([other.Record], Cancellation)).Single().Subject);
        await first.Journal.AppendAsync([one with { Revision = 2, IsFirst = false }], Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        await _host.DisposeAsync();
    }

    private static StoreNode Node(string name, string cluster, string digest) =>
        new() { Node = name, Cluster = cluster, Role = "silo", Rulebook = "book", RulebookDigest = digest };

    private static JournalEntry Entry(int subject, int revision)
    {
        var id = new SubjectId($"91990000TEST{subject:D6}");
        return new JournalEntry
        {
            Shard = ShardMap.ShardOf(id, 4), Position = 0, Subject = id, Record = new RecordId(new SourceId("S"), "R-1"),
            Revision = revision, Op = EventOp.Put, Kind = "k", Payload = "{}"u8.ToArray(), Digest = default, NaturalKey = 0, Actor = "a",
            ReceivedAt = default, IsFirst = true,
        };
    }

    private async Task<PostgresStore> OpenAsync(TimeProvider? time = null, int? leaseMs = null)
    {
        if (_host.Options is null)
            await (await _host.CreateAsync(TimeProvider.System, 4)).DisposeAsync();
        var store = await PostgresStore.OpenAsync(
            _host.Options! with
            {
                Shared = true, Time = time ?? TimeProvider.System, LeaseMs = leaseMs ?? _host.Options!.LeaseMs,
            },
            Cancellation);
        _stores.Add(store);
        return store;
    }

    /// <summary>A store that tries nothing again, by way of a proxy.</summary>
    private async Task<(CommitProxy Proxy, PostgresStore Store)> OpenThroughAsync()
    {
        var server = await ThrowAwayPostgres.SharedAsync();
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        var proxy = new CommitProxy(server.Port);
        var through = new NpgsqlConnectionStringBuilder(_host.Options!.Connection)
        {
            Host = "127.0.0.1", Port = proxy.Port, SslMode = SslMode.Disable,
        };
        var store = await PostgresStore.OpenAsync(
            _host.Options with { Shared = true, Connection = through.ConnectionString, RetryMsMax = 1 }, Cancellation);
        _stores.Add(store);
        return (proxy, store);
    }

    private sealed class OffTime(TimeSpan ahead) : TimeProvider
    {
        public TimeSpan Ahead { get; set; } = ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }
}
