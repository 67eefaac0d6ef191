using System.Text.Json;

namespace CreditGrains.Client;

// Watchlists: changes of the organisations that a department follows.
public sealed partial class CreditClient
{
    /// <summary>One's own watchlists; of auditors and operators all.</summary>
    public Task<WatchlistPage> WatchlistsAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/watchlists"), safe: true, CreditJson.Default.WatchlistPage, cancellation);

    /// <summary>One with its codes.</summary>
    public Task<Watchlist> WatchlistAsync(string id, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/watchlists/{Escape(id)}"), safe: true, CreditJson.Default.Watchlist, cancellation);

    /// <summary>Watches organisations; carried out once however often it is sent.</summary>
    public Task<Watchlist> CreateWatchlistAsync(WatchlistRequest request, CancellationToken cancellation = default)
    {
        var key = Guid.NewGuid().ToString("N");
        return SendAsync(
            () =>
            {
                var command = Request(HttpMethod.Post, "v1/watchlists", Body(request));
                command.Headers.TryAddWithoutValidation("Idempotency-Key", key);
                return command;
            },
            safe: true, CreditJson.Default.Watchlist, cancellation);
    }

    /// <summary>Puts another content in its place.</summary>
    public Task<Watchlist> ReplaceWatchlistAsync(string id, WatchlistRequest request, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Put, $"v1/watchlists/{Escape(id)}", Body(request)), safe: true, CreditJson.Default.Watchlist,
            cancellation);

    /// <summary>Ends one for good.</summary>
    public Task DeleteWatchlistAsync(string id, CancellationToken cancellation = default) => SendBytesAsync(
        () => Request(HttpMethod.Delete, $"v1/watchlists/{Escape(id)}"), safe: false, cancellation);

    /// <summary>Changes that a watchlist wants after a cursor.</summary>
    /// <param name="id">The list.</param>
    /// <param name="after">A cursor, an instant with offset, or <c>now</c>; null for the first that is kept.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="CreditProblemException"><c>cursor-expired</c>: changes after it are no longer kept.</exception>
    public Task<ChangePage> WatchlistChangesAsync(
        string id, string? after = null, int limit = 100, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/watchlists/{Escape(id)}/changes" + Query(("after", after), ("limit", Number(limit)))),
        safe: true, CreditJson.Default.ChangePage, cancellation);

    /// <summary>Its daily digests, the newest first.</summary>
    public Task<WatchlistDigestPage> WatchlistDigestsAsync(
        string id, string? cursor = null, int limit = 50, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/watchlists/{Escape(id)}/digests" + Query(("cursor", cursor), ("limit", Number(limit)))),
        safe: true, CreditJson.Default.WatchlistDigestPage, cancellation);

    /// <summary>The digest of one legal day.</summary>
    /// <exception cref="CreditProblemException"><c>unknown-digest</c>: there is none of that day.</exception>
    public Task<WatchlistDigestDocument> WatchlistDigestAsync(string id, DateOnly day, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/watchlists/{Escape(id)}/digests/{day:yyyy-MM-dd}"), safe: true,
            CreditJson.Default.WatchlistDigestDocument, cancellation);

    private static ReadOnlyMemoryContent Body(WatchlistRequest request) =>
        Content(JsonSerializer.SerializeToUtf8Bytes(request, CreditJson.Default.WatchlistRequest), "application/json");
}
