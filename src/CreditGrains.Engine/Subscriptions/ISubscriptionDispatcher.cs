using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Senders of subscriptions: one each, in this process or in some silo of a cluster.</summary>
internal interface ISubscriptionDispatcher : IAsyncDisposable
{
    /// <summary>Something has been asked of it, or it may not be there; never throws.</summary>
    Task WakeAsync(string subscription);

    /// <summary>How far it is; null when it has not begun.</summary>
    /// <exception cref="StoreException">The sender cannot be reached at the moment.</exception>
    Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation);

    /// <summary>Stops without keeping anything: as a crash would.</summary>
    ValueTask AbandonAsync() => DisposeAsync();
}
