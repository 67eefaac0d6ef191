namespace CreditGrains.Client;

/// <summary>A page of jobs, the newest first.</summary>
public sealed record JobPage(IReadOnlyList<Job> Items, string? Next);

/// <summary>A recomputation, a simulation or a draw of an inspection plan.</summary>
public sealed record Job
{
    /// <summary><c>recomputation</c>, <c>simulation</c> or <c>inspection-draw</c>.</summary>
    public string Kind { get; init; } = "";

    public string Id { get; init; } = "";

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.
    /// </summary>
    public string State { get; init; } = "";

    public string Actor { get; init; } = "";

    public DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public long Subjects { get; init; }

    /// <summary>The process that works on it; null where several do.</summary>
    public string? Node { get; init; }

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset HeartbeatAt { get; init; }

    public string? Error { get; init; }

    /// <summary>Of one job that is open; null in lists.</summary>
    public IReadOnlyList<JobPartition>? Partitions { get; init; }
}

/// <summary>A partition of a job: its number, its node, and the last subject that it has passed.</summary>
public sealed record JobPartition(int Partition, string State, string? Node, DateTimeOffset HeartbeatAt, string? Cursor, long Done);
