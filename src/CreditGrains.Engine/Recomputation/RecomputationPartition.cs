using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Recomputation;

/// <summary>How far a run is in one shard, and what it came to there: written in the transactions that write results.</summary>
internal sealed record RecomputationPartition
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

    public string ToJson() => JsonSerializer.Serialize(this, RecomputationJson.Default.RecomputationPartition);

    public static RecomputationPartition FromJson(string json) =>
        JsonSerializer.Deserialize(json, RecomputationJson.Default.RecomputationPartition)
            ?? throw new InvalidDataException("This is not a part of a recomputation run.");
}

/// <summary>A part as stored.</summary>
/// <param name="Part">Content of the partition.</param>
/// <param name="Version">The row's version.</param>
/// <param name="Node">The process that wrote it last; null for none yet.</param>
internal sealed record StoredPart(RecomputationPartition Part, long Version, string? Node)
{
    public static StoredPart Of(Storage.StoredJob row) => new(RecomputationPartition.FromJson(row.Content), row.Version, row.Node);
}
