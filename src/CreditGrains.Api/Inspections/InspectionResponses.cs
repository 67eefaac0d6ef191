using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Inspections;

namespace CreditGrains.Api.Inspections;

/// <summary>Request for a draw.</summary>
/// <param name="Period">The period it is for, for instance <c>2026-Q4</c>.</param>
/// <param name="Id">Name of the plan; left out for the period's. Used once.</param>
/// <param name="Seed">Drawn in public or fixed beforehand; left out for a random one, which the answer names.</param>
/// <param name="Units">Inspectors' units and how many inspections each can make in the period.</param>
public sealed record InspectionPlanBody(
    string Period, string? Id = null, string? Seed = null, IReadOnlyList<InspectionUnitResponse>? Units = null);

/// <summary>A unit of inspectors.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Capacity">Inspections it can make in the period.</param>
public sealed record InspectionUnitResponse(string Id, int Capacity);

/// <summary>A page of plans in the order of their names.</summary>
public sealed record InspectionPlanPage(IReadOnlyList<InspectionPlanResponse> Items, string? Next);

/// <summary>An inspection plan as drawn; it never changes.</summary>
public sealed record InspectionPlanResponse
{
    public required string Plan { get; init; }

    public required string Period { get; init; }

    /// <summary>With it and the journal, the draw can be repeated.</summary>
    public required string Seed { get; init; }

    /// <summary>The policy version whose grades and supervision were taken.</summary>
    public required string Policy { get; init; }

    public required DateOnly AsOf { get; init; }

    public required IReadOnlyList<GradeDraw> Grades { get; init; }

    public required IReadOnlyList<InspectionUnitResponse> Units { get; init; }

    /// <summary>Subjects that have a grade.</summary>
    public required int Candidates { get; init; }

    /// <summary>Over all candidates; docs/inspection.md says how.</summary>
    public required string CandidatesDigest { get; init; }

    public required int Inspections { get; init; }

    /// <summary>Drawn, but beyond the capacity of all units.</summary>
    public required int WithoutUnit { get; init; }

    /// <summary>Over all inspections.</summary>
    public required string InspectionsDigest { get; init; }

    /// <summary>Earlier plans of the year: whom they drew counts as inspected.</summary>
    public required IReadOnlyList<string> Earlier { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset DrawnAt { get; init; }

    internal static InspectionPlanResponse Of(StoredPlan plan) => new()
    {
        Plan = plan.Id,
        Period = plan.Period,
        Seed = plan.Seed,
        Policy = plan.PolicyVersion,
        AsOf = plan.AsOf,
        Grades = plan.Grades,
        Units = [.. plan.Units.Select(unit => new InspectionUnitResponse(unit.Id, unit.Capacity))],
        Candidates = plan.Candidates,
        CandidatesDigest = plan.CandidatesDigest,
        Inspections = plan.Inspections,
        WithoutUnit = plan.WithoutUnit,
        InspectionsDigest = plan.InspectionsDigest,
        Earlier = plan.Earlier,
        Actor = plan.Actor,
        DrawnAt = plan.DrawnAt,
    };
}

/// <summary>A plan that is being drawn.</summary>
/// <param name="Plan">Ask for it under <c>/v1/inspection-plans/{plan}</c>.</param>
/// <param name="State"><c>drawing</c>.</param>
/// <param name="Actor">Officer who has it drawn.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="Done">Subjects passed.</param>
/// <param name="Subjects">Subjects stored when it began.</param>
public sealed record InspectionDrawingResponse(
    string Plan, string State, string Actor, DateTimeOffset StartedAt, long Done, long Subjects)
{
    internal static InspectionDrawingResponse Of(InspectionDrawing drawing) => new(
        drawing.Id, "drawing", drawing.Actor, drawing.AskedAt, drawing.Done, drawing.Subjects);
}

/// <summary>A page of a plan's inspections in the order drawn.</summary>
public sealed record InspectionPage(string Plan, IReadOnlyList<InspectionResponse> Items, string? Next);

/// <summary>One inspection.</summary>
/// <param name="Sequence">Its number in the plan.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Name">Its name.</param>
/// <param name="Grade">The grade it was drawn for.</param>
/// <param name="Unit">By whom; null when no unit has capacity left.</param>
/// <param name="Result">The result reported for it; null until then.</param>
/// <param name="InspectedOn">When; null until reported.</param>
/// <param name="Record">The record that reports it.</param>
public sealed record InspectionResponse(
    int Sequence, string Subject, string? Name, string Grade, string? Unit, string? Result, DateOnly? InspectedOn,
    Subjects.RecordName? Record);

/// <summary>Result of repeating the draw from the journal.</summary>
/// <param name="Plan">Which.</param>
/// <param name="Matches">The plan is the draw.</param>
/// <param name="CandidatesMatch">The same subjects with the same grades and counts took part.</param>
/// <param name="CatalogueMatches">Records are read by the same catalogue now as then; else differences may come from that.</param>
/// <param name="Differences">In words, at most 100.</param>
public sealed record InspectionVerificationResponse(
    string Plan, bool Matches, bool CandidatesMatch, bool CatalogueMatches, IReadOnlyList<string> Differences);
