using CreditGrains.Engine.Storage;
using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Contract;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// A commit whose answer is lost has come about or not; the store finds out which, also while the server is still at it. And one
/// that takes long holds up nobody who reads, and lets nobody pass it (R5).
/// </summary>
[Invariant(1), Invariant(2), Invariant(12)]
public sealed class LostCommitTests() : StoreContract(new PostgresHost())
{
    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public async Task Append_whose_answer_is_lost_is_found_to_have_come_about(int deliveredAfterMs)
    {
        var (proxy, store) = await ThroughProxyAsync();
        await store.Journal.AppendAsync([Entry(Subject(1), "before")], Cancellation);
        _ = proxy.NextCommit(cuts: true, LaterAsync(deliveredAfterMs, true), after: "cut");
        var entry = Entry(Subject(1), "cut");
        var appended = await store.Journal.AppendAsync([entry], Cancellation);
        Assert.Equal(2, appended[0].Position);
        Assert.Equal(2, (await store.Subjects.ShardsAsync(Cancellation))[entry.Shard].Head);
        SameEntry(appended[0], (await store.Journal.ReadShardAsync(entry.Shard, 1, 10, Cancellation)).Single());
        Assert.Equal(3, (await store.Journal.AppendAsync([Entry(Subject(1), "after")], Cancellation))[0].Position);
        await CloseAsync(proxy, store);
    }

    [Fact]
    public async Task Append_whose_commit_is_lost_appends_nothing_and_can_be_repeated()
    {
        var (proxy, store) = await ThroughProxyAsync();
        _ = proxy.NextCommit(cuts: true, Task.FromResult(false), after: "cut");
        var entry = Entry(Subject(1), "cut");
        await Assert.ThrowsAnyAsync<StoreException>(() => store.Journal.AppendAsync([entry], Cancellation));
        Assert.Equal(0, (await store.Subjects.ShardsAsync(Cancellation))[entry.Shard].Head);
        Assert.Equal(1, (await store.Journal.AppendAsync([entry], Cancellation))[0].Position);
        await CloseAsync(proxy, store);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Append_whose_answer_is_lost_while_the_database_is_taken_over_is_decided(bool delivered)
    {
        var (proxy, store) = await ThroughProxyAsync();
        var entry = Entry(Subject(1), "cut");

        // Another server has all shards but the one that is appended to, and is about to take that.
        await using var source = NpgsqlDataSource.Create(Connection);
        await using var other = source.CreateCommand("UPDATE credit.shard SET epoch = epoch + 1 WHERE shard <> $1");
        other.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)entry.Shard });
        await other.ExecuteNonQueryAsync(Cancellation);
        _ = proxy.NextCommit(cuts: true, LaterAsync(300, delivered), after: "cut");

        // A question about the outcome that is asked in vain is repeated for 20 seconds, and a stop waits for it.
        var appending = store.Journal.AppendAsync([entry], Cancellation).WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
        if (delivered)
            Assert.Equal(1, (await appending)[0].Position);
        else
            await Assert.ThrowsAnyAsync<StoreException>(() => appending);
        await CloseAsync(proxy, store);
    }

    [Fact]
    public async Task Commit_delayed_lets_others_go_on_and_no_reader_pass()
    {
        var (proxy, store) = await ThroughProxyAsync();
        var release = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = Entry(Subject(1), "slow");
        var other = SubjectsOf((slow.Shard + 1) % ShardCount).First();

        // Symbols that the delayed one would be the first to use are waited for by everybody; here there are none.
        await store.Journal.AppendAsync([Entry(other, "first")], Cancellation);
        var met = proxy.NextCommit(cuts: false, release.Task, after: "slow");
        var appending = store.Journal.AppendAsync([slow], Cancellation);
        await met;

        // Behind the delayed one on its shard: it must get the next position, and not be seen before.
        var behind = store.Journal.AppendAsync([Entry(Subject(1), "behind")], Cancellation);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i + 2, (await store.Journal.AppendAsync([Entry(other, $"other-{i}")], Cancellation))[0].Position);
            Assert.Empty(await store.Journal.ReadShardAsync(slow.Shard, 0, 10, Cancellation));
            Assert.Equal(i + 2, (await store.Journal.ReadShardAsync((slow.Shard + 1) % ShardCount, 0, 10, Cancellation)).Count);
        }

        Assert.False(behind.IsCompleted);
        release.SetResult(true);
        Assert.Equal(1, (await appending)[0].Position);
        Assert.Equal(2, (await behind)[0].Position);
        Assert.Equal(
            ["slow", "behind"], (await store.Journal.ReadShardAsync(slow.Shard, 0, 10, Cancellation)).Select(entry => entry.Record.Id));
        await CloseAsync(proxy, store);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(700, true)]
    [InlineData(0, false)]
    public async Task Accesses_whose_append_is_cut_off_are_there_once_when_it_is_repeated(int deliveredAfterMs, bool delivered)
    {
        var (proxy, store) = await ThroughProxyAsync();
        await store.AccessLog.AppendAsync([Sample.Access() with { Reference = "before" }], Cancellation);
        AccessEntry[] entries = [Sample.Access() with { Reference = "cut" }, Sample.Access() with { Reference = "too" }];
        _ = proxy.NextCommit(cuts: true, LaterAsync(deliveredAfterMs, delivered), "cut");
        await Assert.ThrowsAnyAsync<StoreException>(() => store.AccessLog.AppendAsync(entries, Cancellation));
        await Task.Delay(300, Cancellation);
        await store.AccessLog.AppendAsync(entries, Cancellation);
        await Task.Delay(deliveredAfterMs, Cancellation);
        await store.AccessLog.AppendAsync([Sample.Access() with { Reference = "after" }], Cancellation);
        Assert.Equal(
            ["after", "too", "cut", "before"],
            (await store.AccessLog.ReadAsync(Sample.Access().Subject, null, 10, Cancellation)).Select(entry => entry.Reference));
        Assert.Null(await store.AccessLog.VerifyAsync(Cancellation));
        await CloseAsync(proxy, store);
    }

    private static async Task<bool> LaterAsync(int ms, bool delivers)
    {
        await Task.Delay(ms);
        return delivers;
    }

    private static async Task CloseAsync(CommitProxy proxy, PostgresStore store)
    {
        await store.DisposeAsync();
        proxy.Dispose();
    }

    /// <summary>The test's database, by way of a proxy.</summary>
    private async Task<(CommitProxy Proxy, PostgresStore Store)> ThroughProxyAsync()
    {
        var server = await ThrowAwayPostgres.SharedAsync();
        Assert.SkipUnless(server.CanRestart, "needs a server of this process's own");
        var proxy = new CommitProxy(server.Port);
        await Store.DisposeAsync();
        var through = new NpgsqlConnectionStringBuilder(Connection) { Host = "127.0.0.1", Port = proxy.Port, SslMode = SslMode.Disable };
        var options = new PostgresStoreOptions
        {
            Connection = through.ConnectionString, ShardCount = ShardCount, Time = Time, RetryMsMax = 2_000,
            LeaseMs = 60_000, // its renewals do not commit in between
        };
        return (proxy, await PostgresStore.OpenAsync(options, Cancellation));
    }

    private string Connection => ((PostgresHost)Host).Options.Connection;
}
