using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Components;

/// <summary>One bar of a chart.</summary>
/// <param name="Label">Label of the bar.</param>
/// <param name="Value">How many; 0 or more.</param>
public sealed record ChartBar(Text Label, long Value);
