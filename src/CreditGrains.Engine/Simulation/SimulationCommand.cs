using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Simulation;

/// <summary>Which simulation somebody wants.</summary>
public sealed record SimulationCommand
{
    /// <summary>Caller.</summary>
    public required string Actor { get; init; }

    public required Evaluator Before { get; init; }

    public required Evaluator After { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <summary>Of a past period, each compared by itself; null for one date.</summary>
    public IReadOnlyList<DateOnly>? Dates { get; init; }

    /// <inheritdoc cref="ShadowRequest.KnownThen"/>
    public bool KnownThen { get; init; } = true;

    public decimal SamplePercent { get; init; } = 100;

    public long Seed { get; init; } = 1;

    /// <summary>So many of the greatest falls, and of the greatest rises, are explained; at most 100.</summary>
    public int Movers { get; init; }

    /// <summary>Whether the activation of the version simulated goes by it.</summary>
    public bool CountsForActivation { get; init; }
}
