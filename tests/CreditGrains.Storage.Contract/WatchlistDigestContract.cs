using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IWatchlistDigestStore"/>.</summary>
public abstract class WatchlistDigestContract(IStoreHost host) : StoreContract(host)
{
    private static readonly DateOnly Day = new(2026, 3, 4);
    private long? _version;

    [Fact]
    public async Task Digest_is_kept_once_for_a_list_and_day()
    {
        await AddAsync(Digest("a", 0), Digest("b", 0) with { Delivery = new WatchlistDelivery("s", 0, Start) });
        await AddAsync(Digest("a", 0) with { Content = "another" }, Digest("a", 1));
        await ReopenAfterKillAsync();
        Assert.Equal(Digest("a", 0), await Store.WatchlistDigests.FindAsync("a", Day, Cancellation));
        Assert.Null(await Store.WatchlistDigests.FindAsync("a", Day.AddDays(2), Cancellation));
        Assert.Equal(
            [Digest("a", 1) with { Content = null }, Digest("a", 0) with { Content = null }],
            await Store.WatchlistDigests.ListAsync("a", null, 10, Cancellation));
        Assert.Equal(
            [Digest("a", 0) with { Content = null }], await Store.WatchlistDigests.ListAsync("a", Day.AddDays(1), 10, Cancellation));
        Assert.Single(await Store.WatchlistDigests.ListAsync("a", null, 1, Cancellation));
    }

    [Fact]
    public async Task Digests_that_another_process_has_made_leave_nothing()
    {
        await AddAsync(Digest("a", 0));
        await Assert.ThrowsAsync<WriteConflictException>(() => Store.WatchlistDigests.AddAsync(
            [Digest("b", 0)], new ControlWrite("watchlist-digest", "place", null, "[]", null), Cancellation));
        Assert.Null(await Store.WatchlistDigests.FindAsync("b", Day, Cancellation));
    }

    [Fact]
    public async Task Delivery_is_due_until_it_is_noted_as_done_or_given_up()
    {
        await AddAsync(Due("a", 3), Due("b", 1), Due("c", 2), Digest("d", 0));
        Assert.Equal(
            ["b", "c"], (await Store.WatchlistDigests.DueAsync(Start.AddMinutes(2), 5, Cancellation)).Select(each => each.Watchlist));
        Assert.Equal([Due("b", 1)], await Store.WatchlistDigests.DueAsync(Start.AddMinutes(2), 1, Cancellation));
        var done = new WatchlistDelivery("s", 0, null, Start.AddMinutes(4));
        var failed = new WatchlistDelivery("s", 1, Start.AddMinutes(9), null, "503");
        await Store.WatchlistDigests.NoteAsync("b", Day, done, Cancellation);
        await Store.WatchlistDigests.NoteAsync("c", Day, failed, Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal(
            ["a", "c"], (await Store.WatchlistDigests.DueAsync(Start.AddMinutes(9), 5, Cancellation)).Select(each => each.Watchlist));
        Assert.Equal(done, (await Store.WatchlistDigests.FindAsync("b", Day, Cancellation))!.Delivery);
        Assert.Equal(failed, (await Store.WatchlistDigests.FindAsync("c", Day, Cancellation))!.Delivery);
    }

    [Fact]
    public async Task Old_digests_are_deleted_some_at_a_time()
    {
        await AddAsync([.. Enumerable.Range(0, 7).Select(day => Digest("a", day)), Digest("b", 0)]);
        Assert.Equal(3, await Store.WatchlistDigests.TrimAsync(Start.AddDays(5), 3, Cancellation));
        Assert.Equal(3, await Store.WatchlistDigests.TrimAsync(Start.AddDays(5), 9, Cancellation));
        Assert.Equal(0, await Store.WatchlistDigests.TrimAsync(Start.AddDays(5), 9, Cancellation));
        Assert.Equal(
            [Day.AddDays(6), Day.AddDays(5)],
            (await Store.WatchlistDigests.ListAsync("a", null, 10, Cancellation)).Select(digest => digest.Day));
    }

    private async Task AddAsync(params WatchlistDigest[] digests)
    {
        await Store.WatchlistDigests.AddAsync(
            digests, new ControlWrite("watchlist-digest", "place", _version, "[]", null), Cancellation);
        _version = (_version ?? 0) + 1;
    }

    private static WatchlistDigest Due(string watchlist, int minutes) =>
        Digest(watchlist, 0) with { Delivery = new WatchlistDelivery("s", 0, Start.AddMinutes(minutes)) };

    private static WatchlistDigest Digest(string watchlist, int day) => new()
    {
        Watchlist = watchlist, Day = Day.AddDays(day), MadeAt = Start.AddDays(day).AddTicks(7), Counts = """{"x":1}""", Content = """{"变更":[]}""",
    };
}
