using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Simulation;

/// <summary>
/// A simulation that somebody asked for, as kept in the store: any node tells how it stands. What it found stands in documents of its own.
/// </summary>
public sealed record SimulationRun
{
    /// <summary>Two digits for the place where it is kept, then random ones.</summary>
    public required string Id { get; init; }

    /// <summary>Who asked for it, or started it again.</summary>
    public required string Actor { get; init; }

    /// <summary>The policy version simulated.</summary>
    public required string Version { get; init; }

    /// <summary>The version compared with.</summary>
    public required string Against { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <inheritdoc cref="SimulationOrder.Dates"/>
    public IReadOnlyList<DateOnly>? Dates { get; init; }

    /// <inheritdoc cref="ShadowRequest.KnownThen"/>
    public bool KnownThen { get; init; }

    public required decimal SamplePercent { get; init; }

    public required long Seed { get; init; }

    /// <inheritdoc cref="SimulationOrder.Movers"/>
    public int Movers { get; init; }

    public bool CountsForActivation { get; init; }

    public required SimulationState State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Null while it is queued.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Which time it is made: 1, and one more with each start after an interruption.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The process that makes it.</summary>
    public required string Node { get; init; }

    /// <summary>When that process last said that it is at it.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public long Subjects { get; init; }

    /// <summary>Time spent running, in milliseconds.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>Why it failed or was interrupted.</summary>
    public string? Error { get; init; }

    /// <summary>Documents that hold what it found.</summary>
    public int Parts { get; init; }

    /// <summary>Queued or running.</summary>
    [JsonIgnore]
    public bool IsOpen => State is SimulationState.Queued or SimulationState.Running;

    /// <summary>Time until it is done at the pace so far; null where that cannot be said.</summary>
    [JsonIgnore]
    public TimeSpan? Remaining => State == SimulationState.Running && Done > 0
        ? TimeSpan.FromMilliseconds(Math.Max(0, Subjects - Done) * (ElapsedMs / Done))
        : null;

    internal string ToJson() => JsonSerializer.Serialize(this, SimulationRunJson.Default.SimulationRun);

    internal static SimulationRun FromJson(string json) => JsonSerializer.Deserialize(json, SimulationRunJson.Default.SimulationRun)
        ?? throw new InvalidDataException("This is not a simulation.");
}

/// <summary>Where a simulation stands.</summary>
public enum SimulationState : byte
{
    /// <summary>Waits for another one of its node.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>Ended by a person.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its node has stopped or says nothing any more; it can be started again.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulationRun))]
[JsonSerializable(typeof(SimulationFindings))]
[JsonSerializable(typeof(SimulationPart))]
internal sealed partial class SimulationRunJson : JsonSerializerContext;
