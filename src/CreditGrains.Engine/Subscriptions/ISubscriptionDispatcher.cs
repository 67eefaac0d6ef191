using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Whoever sends for subscriptions: one sender each, in this process or wherever in a cluster.</summary>
internal interface ISubscriptionDispatcher
{
    /// <summary>Something has been asked of it, or it may not be there; never throws.</summary>
    Task WakeAsync(string subscription);

    /// <summary>How far it is; null when it has not begun.</summary>
    /// <exception cref="StoreException">It cannot be asked at the moment.</exception>
    Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation);
}
