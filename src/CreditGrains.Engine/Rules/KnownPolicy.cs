using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Rules;

/// <summary>A stored policy version, ready to assess with.</summary>
/// <param name="Version">The stored version.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Evaluator">Null when the text does not load with the rulebook of now.</param>
/// <param name="Mistakes">Why it does not load.</param>
public sealed record KnownPolicy(
    PolicyVersion Version, PolicyState State, Evaluator? Evaluator, IReadOnlyList<RulebookMistake> Mistakes);
