using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Simulation;

/// <summary>A simulation that a person asked for, as kept in the store.</summary>
public sealed record SimulationRun : JobRun
{
    /// <summary>The policy version simulated.</summary>
    public required string Version { get; init; }

    /// <summary>The version compared with.</summary>
    public required string Against { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <inheritdoc cref="SimulationCommand.Dates"/>
    public IReadOnlyList<DateOnly>? Dates { get; init; }

    /// <inheritdoc cref="ShadowRequest.KnownThen"/>
    public bool KnownThen { get; init; }

    public required decimal SamplePercent { get; init; }

    public required long Seed { get; init; }

    /// <inheritdoc cref="SimulationCommand.Movers"/>
    public int Movers { get; init; }

    public bool CountsForActivation { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulationRun))]
[JsonSerializable(typeof(SimulationFindings))]
internal sealed partial class SimulationRunJson : JsonSerializerContext;
