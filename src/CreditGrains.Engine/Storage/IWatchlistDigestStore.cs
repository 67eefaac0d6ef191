namespace CreditGrains.Engine.Storage;

/// <summary>Daily digests of watchlists: a projection of the outbox, one a list and day.</summary>
public interface IWatchlistDigestStore
{
    /// <summary>
    /// Adds digests with the place up to which the outbox is in them, in one durable transaction. One that is there already stays.
    /// </summary>
    /// <exception cref="WriteConflictException">Another process has made them; nothing was written.</exception>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task AddAsync(IReadOnlyList<WatchlistDigest> digests, ControlWrite place, CancellationToken cancellation);

    /// <summary>One with its document; null when there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<WatchlistDigest?> FindAsync(string watchlist, DateOnly day, CancellationToken cancellation);

    /// <summary>Those of a list without their documents, the newest first.</summary>
    /// <param name="watchlist">The list.</param>
    /// <param name="before">Only of days before this one; null from the newest.</param>
    /// <param name="limit">1 to 201.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<WatchlistDigest>> ListAsync(string watchlist, DateOnly? before, int limit, CancellationToken cancellation);

    /// <summary>Those whose delivery is to be tried, with their documents, the longest due first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<WatchlistDigest>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Notes how a delivery stands.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task NoteAsync(string watchlist, DateOnly day, WatchlistDelivery delivery, CancellationToken cancellation);

    /// <summary>Deletes those that were made before an instant, at most so many, the oldest first.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
