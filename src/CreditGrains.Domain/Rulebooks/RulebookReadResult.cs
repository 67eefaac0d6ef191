namespace CreditGrains.Domain.Rulebooks;

/// <summary>A rulebook, or everything that is wrong with it: <see cref="Rulebook"/> is null exactly when there are mistakes.</summary>
public sealed record RulebookReadResult(Rulebook? Rulebook, IReadOnlyList<RulebookMistake> Mistakes)
{
    /// <summary>Warnings to the author about a rulebook that can be used, in order of file and line.</summary>
    public IReadOnlyList<RulebookMistake> Warnings { get; init; } = [];
}
