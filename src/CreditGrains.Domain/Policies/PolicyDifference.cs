using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>One change from one policy to another.</summary>
/// <param name="Path">Where, stable over versions: <c>indicators/penalty-general/points</c>.</param>
/// <param name="Old">The old value as <c>policy.yaml</c> would write it; null where there was none.</param>
/// <param name="New">The new value; null where there is none.</param>
/// <param name="Text">The change in words, zh and en.</param>
public sealed record PolicyDifference(string Path, string? Old, string? New, LocalisedText Text);
