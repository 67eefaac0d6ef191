namespace CreditGrains.Domain.Procedures;

/// <summary>The rulebook has no deadline of that name on the day: without it a step has no limit, so it is not taken.</summary>
public sealed class ClockMissingException(string clock)
    : Exception($"The rulebook's clocks.yaml has no deadline '{clock}' for that day.")
{
    public string Clock { get; } = clock;
}
