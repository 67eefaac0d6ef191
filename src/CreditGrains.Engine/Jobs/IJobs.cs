using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>The jobs of one kind, as operators see them.</summary>
internal interface IJobs
{
    /// <summary>Name of the kind.</summary>
    string Kind { get; }

    /// <summary>How a stored one stands; null when it has been removed meanwhile.</summary>
    Task<JobRun?> FindAsync(StoredJob job, CancellationToken cancellation);

    /// <summary>Pauses, resumes or cancels one where its state allows it; as it stands then, null when it is not known.</summary>
    Task<JobRun?> TurnAsync(JobTurn turn, string id, string actor, string reason, CancellationToken cancellation);
}

/// <summary>What an operator may do to a job.</summary>
public enum JobTurn
{
    Pause,
    Resume,
    Cancel,
}
