using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>Work on jobs with partitions, as a <see cref="PartitionedJobRunner{TRun,TPart}"/> runs it.</summary>
internal interface IPartitionedWork<TRun, TPart>
    where TRun : class, IJobContent
    where TPart : class, IJobPartitionContent
{
    /// <summary>The process stops: what is not certain stays so, and the next start reads it.</summary>
    bool IsStopping { get; }

    /// <summary>Whether this process works on a partition: of all processes one does.</summary>
    bool Owns(int partition);

    /// <summary>The newest job as stored; null before the first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<PartitionedJob<TRun, TPart>?> LoadAsync(CancellationToken cancellation);

    /// <summary>Stores another job, which takes the place of the newest.</summary>
    /// <exception cref="WriteConflictException">Another node has stored one meanwhile, or the newest has moved on.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    Task<PartitionedJob<TRun, TPart>> MakeAsync(string actor, string reason, CancellationToken cancellation);

    /// <summary>Reason for which a job begins by itself; null while none is due.</summary>
    string? Due(TRun? newest);

    /// <summary>Whether a job that runs may be worked on now.</summary>
    bool MayGoOn(TRun run);

    /// <summary>Passes partitions from their cursors on, and does what follows once they, or all, are passed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="partitions">Of this process, those that are not done: perhaps none.</param>
    /// <param name="stop">Paused, cancelled, replaced, or closing.</param>
    /// <exception cref="JobFailedException">The job cannot go on.</exception>
    /// <exception cref="ShardLostException">A partition has gone to another process.</exception>
    /// <exception cref="StoreException">The store failed, or another process wrote: go on from what is stored.</exception>
    Task PassAsync(PartitionedJob<TRun, TPart> job, IReadOnlyList<int> partitions, CancellationToken stop);

    /// <summary>The row's content in another state.</summary>
    TRun Turn(TRun run, JobState to, string reason);

    /// <summary>The row's content once all partitions are passed, which it sums up; and a text about it for the record of acts.</summary>
    (TRun Run, string About) Finish(PartitionedJob<TRun, TPart> job);
}
