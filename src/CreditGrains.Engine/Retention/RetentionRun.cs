using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Retention;

/// <summary>A run that counts what is due to be destroyed, or destroys it. How far it is stands in its cursor.</summary>
public sealed record RetentionRun : JobRun
{
    /// <summary>Counts only, and changes nothing.</summary>
    public required bool IsDry { get; init; }

    public required string Reason { get; init; }

    /// <summary>The dry run that this one carries out; null of a dry run.</summary>
    public string? Of { get; init; }

    /// <summary>Legal date by which records are due; the same for a dry run and the one that carries it out.</summary>
    public required DateOnly On { get; init; }

    [JsonIgnore]
    public RetentionProgress Progress => Cursor is null
        ? new RetentionProgress() : JsonSerializer.Deserialize(Cursor, RetentionJson.Default.RetentionProgress)!;
}

/// <summary>How far a run is, and its figures.</summary>
public sealed record RetentionProgress
{
    public int Shard { get; init; }

    /// <summary>Last organisation passed in the shard; null at its beginning.</summary>
    public string? Subject { get; init; }

    /// <summary>Organisations passed.</summary>
    public long Passed { get; init; }

    /// <summary>Records that are due.</summary>
    public long Due { get; init; }

    /// <summary>Records whose content was destroyed.</summary>
    public long Destroyed { get; init; }

    /// <summary>The same by kind of record; empty of a run of a build before these were counted.</summary>
    public IReadOnlyDictionary<string, RetainedKind> Kinds { get; init; } = new Dictionary<string, RetainedKind>();

    /// <summary>Records that changed at the same time; the next run looks at them again.</summary>
    public long Skipped { get; init; }

    /// <summary>Last case passed of those that have proofs; null before the first.</summary>
    public string? Case { get; init; }

    /// <summary>Whether all of these are passed.</summary>
    public bool CasesPassed { get; init; }

    /// <summary>Proofs whose content was destroyed; of a dry run, those that are due or go with the records that are.</summary>
    public long Proofs { get; init; }
}

/// <summary>Figures of a run for one kind of record.</summary>
/// <param name="Due">Records that are due.</param>
/// <param name="Destroyed">Records whose content was destroyed.</param>
/// <param name="Since">The first day on which one of them was kept no longer.</param>
public sealed record RetainedKind(long Due, long Destroyed, DateOnly Since);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RetentionRun))]
[JsonSerializable(typeof(RetentionProgress))]
internal sealed partial class RetentionJson : JsonSerializerContext;
