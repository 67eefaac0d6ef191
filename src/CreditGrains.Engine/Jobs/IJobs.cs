using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>The jobs of one kind, as operators see them.</summary>
internal interface IJobs
{
    /// <summary>Name of the kind.</summary>
    string Kind { get; }

    /// <summary>How a stored one stands, without its partitions.</summary>
    JobStatus StatusOf(StoredJob job);

    /// <summary>How a stored partition stands; null for a kind that has none.</summary>
    JobPartition? PartitionOf(StoredJob partition);

    /// <summary>Goes on with what a node that is gone has left; called again and again.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    Task FollowAsync(CancellationToken cancellation);

    /// <summary>Pauses, resumes or cancels one, on whichever node it is. False when its state does not allow it.</summary>
    Task<bool> TurnAsync(JobTurn turn, string id, string actor, string reason, CancellationToken cancellation);
}

/// <summary>Commands of an operator on a job.</summary>
public enum JobTurn
{
    /// <summary>Hold it where it is.</summary>
    Pause,

    /// <summary>Let it go on.</summary>
    Resume,

    /// <summary>End it.</summary>
    Cancel,
}
