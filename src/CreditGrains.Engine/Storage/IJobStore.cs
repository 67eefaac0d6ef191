namespace CreditGrains.Engine.Storage;

/// <summary>
/// Durable jobs (recomputation, simulation, inspection draws) with their partitions and results. Every row is written by compare-and-swap
/// on its version, and each write is the row's sign of life; the store knows nothing of what is inside.
/// </summary>
public interface IJobStore
{
    /// <summary>One job or one of its partitions; null when there is none.</summary>
    Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation);

    /// <summary>Jobs of one kind without their partitions, in ordinal order of their ids, after an id.</summary>
    Task<IReadOnlyList<StoredJob>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation);

    /// <summary>Jobs of all kinds without their partitions, the newest first.</summary>
    /// <param name="before">A job of the page before, its last; null for the first page.</param>
    /// <param name="limit">Most jobs of the page.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation);

    /// <summary>The partitions of one job, in order.</summary>
    Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation);

    /// <summary>One piece of what a job found, by its number from 0; null when there is none.</summary>
    Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation);

    /// <summary>Writes all of it in one durable transaction, or nothing.</summary>
    /// <exception cref="WriteConflictException">A row's version is not the expected one; nothing was written.</exception>
    Task WriteAsync(JobWrites writes, CancellationToken cancellation);
}
