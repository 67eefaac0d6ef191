namespace CreditGrains.Engine.Storage;

/// <summary>The implementers' work lists: a projection of the outbox's changes of measures, and what was done.</summary>
public interface IMeasureTaskStore
{
    /// <summary>
    /// Takes changes over, in order, with the place up to which they are taken, in one durable transaction. A measure that begins is to be
    /// applied, unless it was to be lifted, which then falls away; one that ends is to be lifted, unless it was not applied yet.
    /// </summary>
    /// <param name="tasks">A task for each change; those of one shard in order.</param>
    /// <param name="place">Document with the place.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="WriteConflictException">Another process has taken them over; nothing was written.</exception>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task TakeOverAsync(IReadOnlyList<MeasureTask> tasks, ControlWrite place, CancellationToken cancellation);

    /// <summary>One task; null when there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<MeasureTask?> FindAsync(ShardNumber change, CancellationToken cancellation);

    /// <summary>Open tasks, the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<MeasureTask>> ListAsync(MeasureTaskQuery query, CancellationToken cancellation);

    /// <summary>Says that an open task is done; false when it is not open any more.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<bool> EndAsync(ShardNumber change, MeasureTaskDone done, CancellationToken cancellation);
}

/// <summary>Which open tasks.</summary>
/// <param name="Implementer">Of whom; null of all.</param>
/// <param name="After">After this one; null from the beginning.</param>
/// <param name="Limit">1 to 201.</param>
public sealed record MeasureTaskQuery(string? Implementer, (DateOnly Since, ShardNumber Change)? After, int Limit);
