using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Where a sender keeps how far it is.</summary>
internal interface IProgressRepository
{
    /// <summary>What was kept last; null for nothing.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    Task<SubscriptionProgress?> ReadAsync(CancellationToken cancellation);

    /// <summary>Durable when it completes.</summary>
    /// <exception cref="WriteConflictException">Somebody else has kept something since it was read.</exception>
    /// <exception cref="StoreException">It cannot be written.</exception>
    Task KeepAsync(SubscriptionProgress progress);
}
