using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// One pass over all subjects under one set of rules, as kept in the store: cursors and counts are partitions of it, a shard each, written
/// in the transactions that write results, until it is over and they are summed up.
/// </summary>
public sealed record RecomputationRun : IJobContent
{
    /// <summary>Digits, growing with each run.</summary>
    public required string Id { get; init; }

    public required string PolicyVersion { get; init; }

    /// <summary>Policy version and rulebook digest, as stored with what is assessed.</summary>
    public required string Rules { get; init; }

    /// <summary>
    /// Number of the activation under which it was begun: rows written while another version was in force are not covered by a run before
    /// it, though that was of the same rules. Null of runs that were kept before it was noted.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Activation { get; init; }

    public required string Reason { get; init; }

    public required string Actor { get; init; }

    public required JobState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Time spent running, pauses left out, in milliseconds.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>Subjects stored when it started; some may have come since.</summary>
    public required long Subjects { get; init; }

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Rows whose score, grade or next change became another.</summary>
    public long Written { get; init; }

    /// <summary>Subjects whose grade became another: as many changes were told.</summary>
    public long GradesChanged { get; init; }

    /// <summary>Subjects folded anew from the journal, because their state was of another catalogue, behind its row, or damaged.</summary>
    public long Refolded { get; init; }

    /// <summary>Subjects that could not be evaluated.</summary>
    public IReadOnlyList<PoisonSubject> Poison { get; init; } = [];

    /// <summary>From stored grade to new grade, the unchanged ones too; null is unrated.</summary>
    public IReadOnlyList<GradeMove> Matrix { get; init; } = [];

    /// <summary>By shard.</summary>
    public required IReadOnlyList<ShardCursor> Shards { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Of a finished run.</summary>
    public RecomputationSummary? Summary { get; init; }

    /// <summary>Running or paused.</summary>
    [JsonIgnore]
    public bool IsOpen => State is JobState.Running or JobState.Paused;

    /// <summary>Whether it is of the rules in force, and they have been in force ever since it was begun.</summary>
    internal bool IsUnder(RulesSnapshot now) => Rules == now.Rules && (Activation is null || Activation == now.Activation);

    /// <summary>Time until it is done at the pace so far; null where that cannot be said.</summary>
    [JsonIgnore]
    public TimeSpan? Remaining => State == JobState.Running && Done > 0
        ? TimeSpan.FromMilliseconds(Math.Max(0, Subjects - Done) * (ElapsedMs / Done))
        : null;

    /// <summary>Bytes under the summary's digest and signature: the run as JSON in UTF-8, without its summary.</summary>
    public byte[] SignedContent() =>
        JsonSerializer.SerializeToUtf8Bytes(this with { Summary = null }, RecomputationJson.Default.RecomputationRun);

    /// <summary>The run as far as its parts are.</summary>
    /// <param name="parts">By shard; none leaves it as it is.</param>
    internal RecomputationRun With(IReadOnlyList<StoredPartition<RecomputationPartition>> parts)
    {
        if (parts.Count == 0)
            return this;
        var matrix = new Dictionary<(string? Old, string? New), long>();
        foreach (var move in parts.SelectMany(part => part.Part.Matrix))
            matrix[(move.Old, move.New)] = matrix.GetValueOrDefault((move.Old, move.New)) + move.Count;
        return this with
        {
            // Nodes work side by side: the run takes as long as the one that takes longest.
            ElapsedMs = parts.GroupBy(part => part.Node).Max(node => node.Sum(part => part.Part.ElapsedMs)),
            Done = parts.Sum(part => part.Part.Passed),
            Written = parts.Sum(part => part.Part.Written),
            GradesChanged = parts.Sum(part => part.Part.GradesChanged),
            Refolded = parts.Sum(part => part.Part.Refolded),
            Poison = [.. parts.SelectMany(part => part.Part.Poison)],
            Matrix =
            [
                .. matrix.OrderBy(move => move.Key.Old, StringComparer.Ordinal).ThenBy(move => move.Key.New, StringComparer.Ordinal)
                    .Select(move => new GradeMove(move.Key.Old, move.Key.New, move.Value)),
            ],
            Shards = [.. parts.Select(part => part.Part.Cursor)],
        };
    }

    internal string ToJson() => JsonSerializer.Serialize(this, RecomputationJson.Default.RecomputationRun);

    internal static RecomputationRun FromJson(string json) =>
        JsonSerializer.Deserialize(json, RecomputationJson.Default.RecomputationRun)
            ?? throw new InvalidDataException("This is not a recomputation run.");
}

/// <summary>How far a run is in one shard.</summary>
/// <param name="After">The last subject passed; null for none.</param>
/// <param name="Done">All are passed.</param>
public readonly record struct ShardCursor(string? After, bool Done)
{
    /// <summary>Whether the run has passed the subject.</summary>
    public bool Covers(string subject) => Done || (After is not null && string.CompareOrdinal(subject, After) <= 0);
}

/// <summary>How many subjects went from one grade to another.</summary>
public sealed record GradeMove(string? Old, string? New, long Count);

/// <summary>A subject that could not be evaluated, and why.</summary>
public sealed record PoisonSubject(string Subject, string Error);

/// <summary>Signed content.</summary>
/// <param name="Digest">SHA-256 in hex of the run as JSON without its summary.</param>
/// <param name="KeyId">Names the signer's key; null for unsigned.</param>
/// <param name="Signature">In base64, by DER as OpenSSL reads it, over the bytes that were digested; null for unsigned.</param>
public sealed record RecomputationSummary(string Digest, string? KeyId, string? Signature);

/// <summary>Which run is the newest: two nodes cannot start one each.</summary>
internal sealed record NewestRun(string Id);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecomputationRun))]
[JsonSerializable(typeof(RecomputationPartition))]
[JsonSerializable(typeof(NewestRun))]
[JsonSerializable(typeof(RecomputationThrottle))]
internal sealed partial class RecomputationJson : JsonSerializerContext;
