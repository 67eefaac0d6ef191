using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>All that an inspection plan depends on; the order of the lists is not part of it.</summary>
public sealed record InspectionInputs
{
    /// <summary>Drawn in public or fixed beforehand, and published with the plan.</summary>
    public required string Seed { get; init; }

    /// <summary>The period the plan is for, such as <c>2026-Q4</c>.</summary>
    public required string Period { get; init; }

    /// <summary>Each subject once.</summary>
    public required IReadOnlyCollection<InspectionCandidate> Candidates { get; init; }

    /// <summary>By grade, from the policy; a grade without a setting is not drawn from.</summary>
    public required IReadOnlyDictionary<string, SupervisionSetting> Supervision { get; init; }

    /// <summary>Inspectors' units, each once; none leaves the inspections without a unit.</summary>
    public IReadOnlyCollection<InspectionUnit> Units { get; init; } = [];
}

/// <summary>A subject that may be drawn.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Grade">Its grade.</param>
/// <param name="InspectedThisYear">Inspections in the calendar year so far.</param>
public sealed record InspectionCandidate(SubjectId Subject, string Grade, int InspectedThisYear);

/// <summary>A unit of inspectors.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Capacity">Inspections it can make in the period.</param>
public sealed record InspectionUnit(string Id, int Capacity);
