using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Simulation;

/// <summary>Two sets of rules side by side over a past period.</summary>
public sealed record ShadowRequest
{
    public required Evaluator Before { get; init; }

    public required Evaluator After { get; init; }

    /// <summary>Legal dates, each compared by itself; at most 400.</summary>
    public required IReadOnlyList<DateOnly> Dates { get; init; }

    /// <summary>
    /// True: with what the platform knew at the end of each date, from the journal. False: with all that is known now, as of each date;
    /// what tells more where old records came in late or all at once.
    /// </summary>
    public bool KnownThen { get; init; } = true;

    public decimal SamplePercent { get; init; } = 100;

    public long Seed { get; init; } = 1;

    public int Parallelism { get; init; }
}
