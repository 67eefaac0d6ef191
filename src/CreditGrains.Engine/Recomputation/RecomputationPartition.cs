using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Recomputation;

/// <summary>How far a run is in one shard, and what it came to there: written in the transactions that write results.</summary>
internal sealed record RecomputationPartition : IJobPartitionContent
{
    /// <summary>The last subject passed; null for none.</summary>
    public string? After { get; init; }

    /// <summary>All are passed.</summary>
    public bool IsDone { get; init; }

    /// <summary>Time that its node spent on it, in milliseconds.</summary>
    public double ElapsedMs { get; init; }

    public long Passed { get; init; }

    public long Written { get; init; }

    public long GradesChanged { get; init; }

    public long Refolded { get; init; }

    public IReadOnlyList<PoisonSubject> Poison { get; init; } = [];

    public IReadOnlyList<GradeMove> Matrix { get; init; } = [];

    [JsonIgnore]
    public ShardCursor Cursor => new(After, IsDone);
}
