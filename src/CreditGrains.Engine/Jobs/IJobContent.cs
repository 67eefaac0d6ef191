namespace CreditGrains.Engine.Jobs;

/// <summary>Content of a job's row, as far as its runner reads it.</summary>
public interface IJobContent
{
    /// <summary>The job's id within its kind.</summary>
    string Id { get; }

    JobState State { get; }

    /// <summary>Not over: queued, running or paused.</summary>
    bool IsOpen { get; }
}
