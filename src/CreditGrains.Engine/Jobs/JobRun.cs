using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Jobs;

/// <summary>One job of any kind as kept in the store: any node tells how it stands. A kind adds what was asked for.</summary>
public abstract record JobRun : IJobContent
{
    public required string Id { get; init; }

    /// <summary>Caller who asked for the run, or for making it again.</summary>
    public required string Actor { get; init; }

    public JobState State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Null while it is queued.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Which time it is made: 1, and one more with each start after an interruption.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public long Subjects { get; init; }

    /// <summary>Time spent running, in milliseconds.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>Why it failed or was interrupted.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// Where the work goes on after a crash, in the words of its kind: at most 4,096 characters; null for its beginning. Findings up to
    /// there are pieces already.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>Pieces of what it found (<see cref="Storage.IJobStore.ResultAsync"/>).</summary>
    public int Parts { get; init; }

    /// <summary>Queued, running or paused.</summary>
    [JsonIgnore]
    public bool IsOpen => State is JobState.Queued or JobState.Running or JobState.Paused;

    /// <summary>Time until it is done at the pace so far; null where that cannot be said.</summary>
    [JsonIgnore]
    public TimeSpan? Remaining => State == JobState.Running && Done > 0
        ? TimeSpan.FromMilliseconds(Math.Max(0, Subjects - Done) * (ElapsedMs / Done))
        : null;
}
