namespace CreditGrains.Engine.Storage;

/// <summary>Names a job, or one partition of it.</summary>
/// <param name="Kind">Kind of the job, for instance <c>recomputation</c>: 1 to 64 characters.</param>
/// <param name="Id">Its id within the kind: 1 to 200 characters.</param>
/// <param name="Partition">From 0; <see cref="Whole"/> for the job itself.</param>
public readonly record struct JobKey(string Kind, string Id, int Partition = JobKey.Whole)
{
    /// <summary>The job itself.</summary>
    public const int Whole = -1;
}

/// <summary>A job, or one partition of it, as stored.</summary>
/// <param name="Key">Which.</param>
/// <param name="Version">1, 2, 3, … with every write.</param>
/// <param name="State">Where it stands, in the words of its kind: at most 32 characters.</param>
/// <param name="Node">The process that works on it; null for none in particular.</param>
/// <param name="CreatedAt">When it was first written.</param>
/// <param name="At">When it was written last: the heartbeat of its node.</param>
/// <param name="EndedAt">When it came to its end; null while it is open.</param>
/// <param name="Content">JSON of its kind, at most 4 MiB.</param>
public sealed record StoredJob(
    JobKey Key, long Version, string State, string? Node, DateTimeOffset CreatedAt, DateTimeOffset At, DateTimeOffset? EndedAt,
    string Content);

/// <summary>Writes one job or partition if nobody else did meanwhile.</summary>
/// <param name="Key">Which.</param>
/// <param name="ExpectedVersion">Version that was read; null when there was none.</param>
/// <param name="State">Where it stands from now on.</param>
/// <param name="Node">The process that works on it.</param>
/// <param name="IsOver">The job has ended, with this write if not before.</param>
/// <param name="Content">JSON.</param>
public sealed record JobWrite(JobKey Key, long? ExpectedVersion, string State, string? Node, bool IsOver, string Content)
{
    /// <summary>An entry of the control plane's record of who did what; null for a mere step.</summary>
    public ControlAction? Act { get; init; }
}

/// <summary>Findings of a job, in pieces of at most 4 MiB: they replace its former findings from a number on.</summary>
/// <param name="Kind">The job's kind.</param>
/// <param name="Id">The job.</param>
/// <param name="Pieces">In order; none leaves the job without results from that number on.</param>
public sealed record JobResults(string Kind, string Id, IReadOnlyList<byte[]> Pieces)
{
    /// <summary>Number of the first piece; those before it stay. 0 replaces them all.</summary>
    public int From { get; init; }
}

/// <summary>How many jobs of a kind are kept that have come to their end: those that ended first are removed with their results.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="EndedMax">So many stay.</param>
public sealed record JobRetention(string Kind, int EndedMax);

/// <summary>Writes to jobs in one transaction.</summary>
/// <param name="Jobs">Jobs and partitions.</param>
public sealed record JobWrites(IReadOnlyList<JobWrite> Jobs)
{
    public JobResults? Results { get; init; }

    /// <summary>Jobs whose partitions are removed: their progress is part of the job from now on.</summary>
    public IReadOnlyList<JobKey> SummedUp { get; init; } = [];

    /// <summary>Applied before anything is written.</summary>
    public JobRetention? Retention { get; init; }

    /// <summary>Control documents that belong to it.</summary>
    public IReadOnlyList<ControlWrite> Documents { get; init; } = [];
}
