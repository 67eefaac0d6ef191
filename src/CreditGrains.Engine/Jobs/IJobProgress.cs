namespace CreditGrains.Engine.Jobs;

/// <summary>Progress of a running job, and the point at which it can be held.</summary>
public interface IJobProgress
{
    /// <summary>How far it is; threads may report out of order.</summary>
    /// <param name="done">Subjects passed, looked at or not.</param>
    /// <param name="subjects">Subjects stored when it began.</param>
    void Report(long done, long subjects);

    /// <summary>Waits while the job is paused; asked for between pages.</summary>
    Task GoOnAsync(CancellationToken cancellation);
}
