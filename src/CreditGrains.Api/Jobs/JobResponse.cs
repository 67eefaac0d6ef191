using CreditGrains.Engine.Jobs;

namespace CreditGrains.Api.Jobs;

/// <summary>A page of jobs, the newest first; partitions are told of each alone.</summary>
public sealed record JobPage(IReadOnlyList<JobResponse> Items, string? Next);

/// <summary>A recomputation, a simulation, a draw of an inspection plan or a counting of figures.</summary>
public sealed record JobResponse
{
    /// <summary><c>recomputation</c>, <c>simulation</c>, <c>inspection-draw</c> or <c>statistics</c>.</summary>
    public required string Kind { get; init; }

    public required string Id { get; init; }

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Caller who asked for it.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public required long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public required long Subjects { get; init; }

    /// <summary>The process that works on it; null where several do, each on partitions of its own.</summary>
    public required string? Node { get; init; }

    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>Why it failed or was interrupted.</summary>
    public string? Error { get; init; }

    /// <summary>Of one job that is open: what each node works on.</summary>
    public IReadOnlyList<JobPartitionResponse>? Partitions { get; init; }

    internal static JobResponse Of(JobStatus job) => new()
    {
        Kind = job.Kind,
        Id = job.Id,
        State = job.State.ToString().ToLowerInvariant(),
        Actor = job.Actor,
        AskedAt = job.AskedAt,
        EndedAt = job.EndedAt,
        Done = job.Done,
        Subjects = job.Subjects,
        Node = job.Node,
        HeartbeatAt = job.HeartbeatAt,
        Error = job.Error,
        Partitions = job.Partitions.Count == 0 ? null : [.. job.Partitions.Select(JobPartitionResponse.Of)],
    };
}

/// <summary>A partition of a job.</summary>
/// <param name="Partition">Its number from 0; of a recomputation the shard.</param>
/// <param name="State"><c>running</c> or <c>finished</c>.</param>
/// <param name="Node">The process that works on it; null for none yet.</param>
/// <param name="HeartbeatAt">When that process last made a step.</param>
/// <param name="Cursor">The last subject passed; null for none.</param>
/// <param name="Done">Subjects passed.</param>
public sealed record JobPartitionResponse(
    int Partition, string State, string? Node, DateTimeOffset HeartbeatAt, string? Cursor, long Done)
{
    internal static JobPartitionResponse Of(JobPartition part) => new(
        part.Number, part.IsDone ? "finished" : "running", part.Node, part.HeartbeatAt, part.Cursor, part.Done);
}
