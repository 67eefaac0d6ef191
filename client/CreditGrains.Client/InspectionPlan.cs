namespace CreditGrains.Client;

/// <summary>A page of inspection plans.</summary>
public sealed record InspectionPlanPage(IReadOnlyList<InspectionPlan> Items, string? Next);

/// <summary>An inspection plan as drawn.</summary>
public sealed record InspectionPlan
{
    public string Plan { get; init; } = "";

    /// <summary><c>drawing</c> while it is being drawn: then what was drawn is not there yet.</summary>
    public string State { get; init; } = "drawn";

    /// <summary>While it is being drawn: subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>While it is being drawn: subjects stored.</summary>
    public long Subjects { get; init; }

    public string Period { get; init; } = "";

    public string Seed { get; init; } = "";

    public string Policy { get; init; } = "";

    public DateOnly AsOf { get; init; }

    public IReadOnlyList<InspectionGrade> Grades { get; init; } = [];

    public IReadOnlyList<InspectionUnit> Units { get; init; } = [];

    public int Candidates { get; init; }

    public string CandidatesDigest { get; init; } = "";

    public int Inspections { get; init; }

    public int WithoutUnit { get; init; }

    public string InspectionsDigest { get; init; } = "";

    /// <summary>Earlier plans of the year, whose draws count.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];

    public string Actor { get; init; } = "";

    public DateTimeOffset DrawnAt { get; init; }
}

/// <summary>Draw of one grade.</summary>
public sealed record InspectionGrade(string Grade, decimal InspectionPercent, int PerYear, int Subjects, int Eligible, int Drawn);

/// <summary>A unit of inspectors and how many inspections it can make.</summary>
public sealed record InspectionUnit(string Id, int Capacity);

/// <summary>Request for a draw; without an id the period names the plan, without a seed the server makes one.</summary>
public sealed record InspectionPlanCommand(
    string Period, string? Id = null, string? Seed = null, IReadOnlyList<InspectionUnit>? Units = null);

/// <summary>A page of a plan's inspections in the order drawn.</summary>
public sealed record InspectionPage(string Plan, IReadOnlyList<PlannedInspection> Items, string? Next);

/// <summary>One inspection, with its result once that is reported.</summary>
public sealed record PlannedInspection(
    int Sequence, string Subject, string? Name, string Grade, string? Unit, string? Result, DateOnly? InspectedOn, RecordReference? Record);

/// <summary>Result of repeating a plan's draw from the journal.</summary>
public sealed record InspectionVerification(
    string Plan, bool Matches, bool CandidatesMatch, bool CatalogueMatches, IReadOnlyList<string> Differences);
