namespace CreditGrains.Engine.Jobs;

/// <summary>A job of any kind, as operators see it.</summary>
public sealed record JobStatus
{
    /// <summary>For instance <c>recomputation</c>.</summary>
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public required JobState State { get; init; }

    /// <summary>Caller who asked for it.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When it was first stored: lists are in this order, and making it again leaves it in its place.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public long Subjects { get; init; }

    /// <summary>The process that works on it; null where several do.</summary>
    public string? Node { get; init; }

    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>Why it failed or was interrupted.</summary>
    public string? Error { get; init; }

    /// <summary>Its partitions while it is open; none of one that is worked on as a whole.</summary>
    public IReadOnlyList<JobPartition> Partitions { get; init; } = [];
}

/// <summary>A partition of a job.</summary>
/// <param name="Number">From 0; of a recomputation the shard.</param>
/// <param name="IsDone">Whether all of it is passed.</param>
/// <param name="Node">The process that works on it; null for none yet.</param>
/// <param name="HeartbeatAt">When that process last made a step.</param>
/// <param name="Cursor">The last subject passed; null for none.</param>
/// <param name="Done">Subjects passed.</param>
public sealed record JobPartition(int Number, bool IsDone, string? Node, DateTimeOffset HeartbeatAt, string? Cursor, long Done);
