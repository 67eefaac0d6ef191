using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Simulation;

/// <summary>Request for a simulation: two sets of rules over the stored subjects on one date.</summary>
public sealed record SimulationRequest
{
    /// <summary>The rules compared with, for instance those in force.</summary>
    public required Evaluator Before { get; init; }

    /// <summary>The rules looked at; may be the same.</summary>
    public required Evaluator After { get; init; }

    /// <summary>Legal date of both assessments.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Share of the subjects looked at, above 0 to 100: always the same ones for a seed.</summary>
    public decimal SamplePercent { get; init; } = 100;

    public long Seed { get; init; } = 1;

    /// <summary>So many of the greatest falls, and of the greatest rises, are explained; at most 100.</summary>
    public int ExplainedMovers { get; init; } = 10;

    /// <summary>Most shards looked at at once; 0 for half the processors, since live requests go on.</summary>
    public int Parallelism { get; init; }
}
