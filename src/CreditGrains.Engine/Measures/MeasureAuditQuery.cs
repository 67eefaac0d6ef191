using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Measures;

/// <summary>Which measures in force are asked for.</summary>
/// <param name="Measure">Only this one of the list; null for all.</param>
/// <param name="Class">Only those of this class; null for all.</param>
/// <param name="From">Where to begin.</param>
/// <param name="Limit">The most measures of a page, from 1.</param>
public sealed record MeasureAuditQuery(string? Measure, MeasureClass? Class, MeasureAuditPlace From, int Limit);
