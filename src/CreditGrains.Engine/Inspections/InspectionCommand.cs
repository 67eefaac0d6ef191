using CreditGrains.Domain.Policies;

namespace CreditGrains.Engine.Inspections;

/// <summary>Request for a draw.</summary>
/// <param name="Id">Name of the plan: letters, digits, dots, hyphens and underscores, 1 to 64; never used twice.</param>
/// <param name="Period">The period it is for, for instance <c>2026-Q4</c>.</param>
/// <param name="Seed">Drawn in public or fixed beforehand.</param>
/// <param name="Units">Inspectors' units with their capacities; none leaves the inspections without a unit.</param>
/// <param name="Actor">Officer who has it drawn.</param>
public sealed record InspectionCommand(string Id, string Period, string Seed, IReadOnlyList<InspectionUnit> Units, string Actor);
