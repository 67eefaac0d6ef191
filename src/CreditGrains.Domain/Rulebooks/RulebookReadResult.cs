namespace CreditGrains.Domain.Rulebooks;

/// <summary>A rulebook, or everything that is wrong with it: <see cref="Rulebook"/> is null exactly when there are mistakes.</summary>
public sealed record RulebookReadResult(Rulebook? Rulebook, IReadOnlyList<RulebookMistake> Mistakes);
