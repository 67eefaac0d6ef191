using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Measures;

/// <summary>One page of all measures in force.</summary>
/// <param name="AsOf">The legal date that they are in force on.</param>
/// <param name="Policy">The policy in force, whose triggers hold.</param>
/// <param name="Items">The measures, in the list's order.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
/// <param name="IsPartial">
/// The page ended because it had looked at enough organisations, or of one measure only the oldest causes are named.
/// </param>
/// <param name="Unread">Organisations of this page whose stored state cannot be evaluated.</param>
public sealed record MeasureAuditPage(
    DateOnly AsOf, Policy Policy, IReadOnlyList<AuditedMeasure> Items, MeasureAuditPlace? Next, bool IsPartial,
    IReadOnlyList<SubjectId> Unread);
