using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>An inspection plan as drawn.</summary>
public sealed record InspectionPlan
{
    public required string Seed { get; init; }

    public required string Period { get; init; }

    /// <summary>By grade, in the order of their names.</summary>
    public required IReadOnlyList<GradeDraw> Grades { get; init; }

    /// <summary>By sequence number.</summary>
    public required IReadOnlyList<PlannedInspection> Inspections { get; init; }

    /// <summary>Drawn, but beyond the capacity of all units.</summary>
    public int WithoutUnit => Inspections.Count(inspection => inspection.Unit is null);
}

/// <summary>Draw of one grade.</summary>
/// <param name="Grade">The grade.</param>
/// <param name="InspectionPercent">The policy's percent.</param>
/// <param name="PerYear">The policy's bound a year.</param>
/// <param name="Subjects">All of that grade.</param>
/// <param name="Eligible">Of these, below the bound.</param>
/// <param name="Drawn">Of these, drawn.</param>
public sealed record GradeDraw(string Grade, decimal InspectionPercent, int PerYear, int Subjects, int Eligible, int Drawn);

/// <summary>One inspection of the plan.</summary>
/// <param name="Sequence">1 and up, in the order drawn.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Grade">The grade it was drawn for.</param>
/// <param name="Unit">By whom; null when no unit has capacity left.</param>
public sealed record PlannedInspection(int Sequence, SubjectId Subject, string Grade, string? Unit);
