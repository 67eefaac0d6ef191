using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Components;

/// <summary>One line of a chart over days.</summary>
/// <param name="Label">Label of the series.</param>
/// <param name="Values">One for each day of the chart; 0 or more.</param>
public sealed record TrendSeries(Text Label, IReadOnlyList<long> Values);
