using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Daily digests of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryWatchlistDigests(InMemoryStore store, InMemoryData data) : IWatchlistDigestStore
{
    public Task AddAsync(IReadOnlyList<WatchlistDigest> digests, ControlWrite place, CancellationToken cancellation) => store.WriteAsync(
        "WatchlistDigests.Add",
        () =>
        {
            InMemoryControl.Check(data, [place]);
            InMemoryControl.Write(data, [place]);
            foreach (var digest in digests)
                data.WatchlistDigests.TryAdd((digest.Watchlist, digest.Day), digest);
            return true;
        },
        cancellation);

    public Task<WatchlistDigest?> FindAsync(string watchlist, DateOnly day, CancellationToken cancellation) => store.ReadAsync(
        "WatchlistDigests.Find", () => data.WatchlistDigests.GetValueOrDefault((watchlist, day)), cancellation);

    public Task<IReadOnlyList<WatchlistDigest>> ListAsync(
        string watchlist, DateOnly? before, int limit, CancellationToken cancellation) => store.ReadAsync<IReadOnlyList<WatchlistDigest>>(
        "WatchlistDigests.List",
        () =>
        [
            .. data.WatchlistDigests.Values.Where(digest => digest.Watchlist == watchlist && (before is null || digest.Day < before))
                .OrderByDescending(digest => digest.Day).Take(limit).Select(digest => digest with { Content = null }),
        ],
        cancellation);

    public Task<IReadOnlyList<WatchlistDigest>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<WatchlistDigest>>(
            "WatchlistDigests.Due",
            () =>
            [
                .. data.WatchlistDigests.Values.Where(digest => digest.Delivery?.NextAt <= now)
                    .OrderBy(digest => digest.Delivery!.NextAt).Take(limit),
            ],
            cancellation);

    public Task NoteAsync(string watchlist, DateOnly day, WatchlistDelivery delivery, CancellationToken cancellation) => store.WriteAsync(
        "WatchlistDigests.Note",
        () =>
        {
            if (data.WatchlistDigests.GetValueOrDefault((watchlist, day)) is { Delivery: { } before } digest)
                data.WatchlistDigests[(watchlist, day)] = digest with { Delivery = delivery with { Subscription = before.Subscription } };
            return true;
        },
        cancellation);

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => store.WriteAsync(
        "WatchlistDigests.Trim",
        () =>
        {
            var old = data.WatchlistDigests.Values.Where(digest => digest.MadeAt < before).OrderBy(digest => digest.MadeAt)
                .Take(limit).ToList();
            foreach (var digest in old)
                data.WatchlistDigests.Remove((digest.Watchlist, digest.Day));
            return old.Count;
        },
        cancellation);
}
