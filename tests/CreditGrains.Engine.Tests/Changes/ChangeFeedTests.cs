using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Changes;

/// <summary>A reader that goes on from page to page gets every change once, those of each shard in order.</summary>
[Invariant(12)]
public sealed class ChangeFeedTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Shards = 8;
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);
    private readonly InMemoryStore _store = new(TimeProvider.System, Shards);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task Pages_give_each_change_once_in_the_order_of_its_shard_while_others_are_written(int limit)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        await WriteAsync(random, 400);
        var seen = new List<SubjectChange>();
        var after = feed.Start;
        for (var rounds = 0; ; rounds++)
        {
            if (rounds < 40)
                await WriteAsync(random, random.Next(6));
            var page = await feed.ReadAsync(after, limit, Cancellation);
            Assert.InRange(page.Changes.Count, 0, limit);
            Assert.True(ChangeCursor.TryParse(page.Next.ToString(), out after));
            seen.AddRange(page.Changes);
            var heads = await _store.Subjects.ChangeHeadsAsync(Cancellation);
            Assert.Equal(heads.Sum() > seen.Count, page.More);
            if (rounds >= 40 && !page.More)
                break;
        }

        Assert.Equal((await _store.Subjects.ChangeHeadsAsync(Cancellation)).Sum(), seen.Count);
        foreach (var shard in seen.GroupBy(change => change.Shard))
            Assert.Equal(Enumerable.Range(1, shard.Count()).Select(number => (long)number), shard.Select(change => change.Number));
        Assert.Empty((await feed.ReadAsync(after, limit, Cancellation)).Changes);
    }

    [Fact]
    public async Task Page_is_in_order_of_time_but_for_a_clock_that_went_back()
    {
        await WriteAsync(2, Start.AddSeconds(5), Start.AddSeconds(1), Start.AddSeconds(9));
        await WriteAsync(4, Start.AddSeconds(6), Start.AddSeconds(7));
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        var page = await feed.ReadAsync(feed.Start, 10, Cancellation);
        Assert.Equal([(2, 1L), (2, 2L), (4, 1L), (4, 2L), (2, 3L)], page.Changes.Select(change => (change.Shard, change.Number)));
    }

    [Fact]
    public async Task Shard_waits_for_no_busier_one_where_a_page_has_room_for_one_only()
    {
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        await WriteAsync(0, Start);
        await WriteAsync(5, Start);
        var after = feed.Start;
        for (var pages = 1; after.NumberOf(5) == 0; pages++)
        {
            Assert.True(pages <= Shards, "the change of shard 5 is not read");
            await WriteAsync(0, Start);
            after = (await feed.ReadAsync(after, 1, Cancellation)).Next;
        }
    }

    [Fact]
    public async Task Instant_leads_behind_the_changes_up_to_it()
    {
        for (var shard = 0; shard < Shards; shard++)
            await WriteAsync(shard, [.. Enumerable.Range(0, shard * 5).Select(i => Start.AddSeconds(i * (shard + 1)))]);
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        foreach (var seconds in new[] { -1, 0, 1, 7, 30, 1000 })
        {
            var found = await feed.AtAsync(Start.AddSeconds(seconds), Cancellation);
            for (var shard = 0; shard < Shards; shard++)
            {
                var changes = await _store.Subjects.ReadChangesAsync(shard, 0, 100, Cancellation);
                Assert.Equal(changes.Count(change => change.At <= Start.AddSeconds(seconds)), found.NumberOf(shard));
            }
        }
    }

    // Halving by times that go down and up again would decide by one in the middle for those around it.
    [Fact]
    public async Task Instant_leads_before_what_was_written_after_it_though_the_clock_was_set_back()
    {
        await WriteAsync(2, Start.AddHours(2));
        for (var minute = 1; minute <= 6; minute++)
            await WriteAsync(2, Start.AddMinutes(minute));
        await WriteAsync(2, Start.AddHours(3));
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal(0, (await feed.AtAsync(Start.AddHours(1), Cancellation)).NumberOf(2));
        Assert.Equal(7, (await feed.AtAsync(Start.AddHours(2), Cancellation)).NumberOf(2));
    }

    [Fact]
    public async Task Reader_behind_what_was_pruned_is_told_and_one_before_it_goes_on()
    {
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        var empty = await feed.NowAsync(Cancellation);
        await WriteAsync(2, [.. Enumerable.Range(0, 10).Select(i => Start.AddMinutes(i))]);
        await WriteAsync(5, Start);
        var behind = (await feed.ReadAsync(empty, 4, Cancellation)).Next;
        var current = await feed.AtAsync(Start.AddMinutes(6), Cancellation);
        Assert.Equal(7, current.NumberOf(2));
        Assert.True(await _store.Subjects.PruneChangesAsync(2, 7, 100, Cancellation) > 0);
        await Assert.ThrowsAsync<CursorExpiredException>(() => feed.ReadAsync(behind, 10, Cancellation));
        await Assert.ThrowsAsync<CursorExpiredException>(() => feed.ReadAsync(empty, 10, Cancellation));
        Assert.Equal([8, 9, 10], (await feed.ReadAsync(current, 10, Cancellation)).Changes.Select(change => change.Number));

        // One without a cursor begins with what is kept; an instant before it would miss some.
        var first = await feed.ReadAsync(await feed.FirstAsync(Cancellation), 10, Cancellation);
        Assert.Equal([(5, 1L), (2, 8L), (2, 9L), (2, 10L)], first.Changes.Select(change => (change.Shard, change.Number)));
        Assert.Equal(8, (await feed.AtAsync(Start.AddMinutes(7), Cancellation)).NumberOf(2));
        await Assert.ThrowsAsync<CursorExpiredException>(() => feed.AtAsync(Start.AddMinutes(3), Cancellation));
    }

    [Fact]
    public async Task Wait_ends_with_what_this_process_writes()
    {
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        var now = await feed.NowAsync(Cancellation);
        Assert.False(feed.IsAwaited);
        Assert.False(await feed.WaitAsync(now, TimeSpan.FromMilliseconds(50), Cancellation));
        var waiting = feed.WaitAsync(now, TimeSpan.FromMinutes(5), Cancellation);
        Assert.False(waiting.IsCompleted);
        Assert.True(feed.IsAwaited);
        await WriteAsync(3, Start);
        feed.Written();
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.True(await feed.WaitAsync(now, TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Wait_where_others_write_too_ends_without_being_told()
    {
        using var feed = new ChangeFeed(_store, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var waiting = feed.WaitAsync(await feed.NowAsync(Cancellation), TimeSpan.FromMinutes(5), Cancellation);
        await WriteAsync(3, Start);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task Many_who_wait_ask_the_store_once()
    {
        var asked = 0;
        _store.Fault = (call, point) =>
        {
            if (call == "Subjects.ChangeHeads")
                Interlocked.Increment(ref asked);
            return null;
        };
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        var now = await feed.NowAsync(Cancellation);
        asked = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => feed.WaitAsync(now, TimeSpan.FromMilliseconds(20), Cancellation)));

        // The store tells of a call at several points.
        Assert.InRange(asked, 1, 4);
    }

    [Fact]
    public async Task Cursor_of_another_store_or_ahead_of_this_one_is_refused()
    {
        await WriteAsync(1, Start);
        using var feed = new ChangeFeed(_store, TimeSpan.FromSeconds(20), TimeProvider.System);
        var other = new InMemoryStore(TimeProvider.System, Shards);
        using var foreign = new ChangeFeed(other, TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.True((await Assert.ThrowsAsync<TokenException>(() => feed.ReadAsync(foreign.Start, 1, Cancellation))).Foreign);
        var ahead = new ChangeCursor(_store.Incarnation, [0, 2]);
        Assert.False((await Assert.ThrowsAsync<TokenException>(() => feed.ReadAsync(ahead, 1, Cancellation))).Foreign);
    }

    [Fact]
    public void Cursor_is_read_back_and_is_no_token()
    {
        var cursor = new ChangeCursor(0xfedcba98, [0, 7, 0, long.MaxValue, 0]);
        Assert.True(ChangeCursor.TryParse(cursor.ToString(), out var read));
        Assert.Equal((0xfedcba98, 0L, 7L, long.MaxValue, 0L),
            (read.Incarnation, read.NumberOf(0), read.NumberOf(1), read.NumberOf(3), read.NumberOf(4000)));
        Assert.False(Token.TryParse(cursor.ToString(), out _));
        var token = new Token(1, Start, [(1, 7)]).ToString();
        Assert.False(ChangeCursor.TryParse(token, out _));
        foreach (var text in new[] { null, "", "C", "now", "C====", "CAQ", token[1..] })
            Assert.False(ChangeCursor.TryParse(text, out _), text);
    }

    private Task WriteAsync(int shard, params DateTimeOffset[] times) => _store.Subjects.WriteAsync(
        [new ShardWrite(shard, [], [.. times.Select(at => new SubjectChange(shard, 0, new SubjectId("S"), "grade", "{}", at))], null)],
        Cancellation);

    private async Task WriteAsync(Random random, int count)
    {
        for (var i = 0; i < count; i++)
            await WriteAsync(random.Next(4) == 0 ? random.Next(Shards) : 2, Start.AddSeconds(random.Next(1000)));
    }
}
