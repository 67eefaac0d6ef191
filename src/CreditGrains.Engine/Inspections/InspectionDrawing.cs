using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Inspections;

/// <summary>A draw under way, or one that came to nothing, named like its plan; what it draws is a <see cref="StoredPlan"/>.</summary>
public sealed record InspectionDrawing : JobRun
{
    /// <summary>The plan's; null for draws of versions that did not note it.</summary>
    public string? Period { get; init; }

    /// <summary>The plan's; null for draws of versions that did not note it.</summary>
    public string? Seed { get; init; }
}
