using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Where a sender keeps how far it is.</summary>
internal interface IProgressRepository
{
    /// <summary>Progress kept last; null for none.</summary>
    /// <exception cref="StoreException">The progress cannot be read.</exception>
    Task<SubscriptionProgress?> ReadAsync(CancellationToken cancellation);

    /// <summary>Durable when it completes.</summary>
    /// <exception cref="WriteConflictException">Another sender has kept progress since this one read it.</exception>
    /// <exception cref="StoreException">The progress cannot be written.</exception>
    Task KeepAsync(SubscriptionProgress progress);
}
