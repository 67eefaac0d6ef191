namespace CreditGrains.Client;

/// <summary>Request for a simulation; null leaves a choice to the server: against the version in force, today, all subjects.</summary>
public sealed record SimulationQuestion
{
    public string? Against { get; init; }

    public DateOnly? AsOf { get; init; }

    /// <summary>Above 0 to 100.</summary>
    public decimal? SamplePercent { get; init; }

    public long? Seed { get; init; }

    /// <summary>How many of the greatest falls and rises are explained, 0 to 100.</summary>
    public int? Movers { get; init; }

    /// <summary>With <see cref="To"/>: a past period instead of one date.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    /// <summary><c>day</c>, <c>week</c> or <c>month</c>.</summary>
    public string? Step { get; init; }

    /// <summary>False: of a period with all that is known now.</summary>
    public bool? KnownThen { get; init; }
}

/// <summary>A simulation, done or under way.</summary>
public sealed record Simulation
{
    public string Id { get; init; } = "";

    /// <summary><c>queued</c>, <c>running</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.</summary>
    public string State { get; init; } = "";

    public string Version { get; init; } = "";

    public string Against { get; init; } = "";

    /// <summary>Caller who asked for the run, or started it again.</summary>
    public string Actor { get; init; } = "";

    public DateTimeOffset AskedAt { get; init; }

    public long Done { get; init; }

    public long Subjects { get; init; }

    public double? RemainingSeconds { get; init; }

    public decimal SamplePercent { get; init; }

    /// <summary>Whether the activation of the version goes by it.</summary>
    public bool CountsForActivation { get; init; }

    public string? Error { get; init; }

    public SimulationResult? Result { get; init; }

    /// <summary>Of each date of a period.</summary>
    public IReadOnlyList<SimulationResult>? Series { get; init; }

    public IReadOnlyList<SimulationMover>? Falls { get; init; }

    public IReadOnlyList<SimulationMover>? Rises { get; init; }
}

/// <summary>The simulations that are kept.</summary>
internal sealed record SimulationList(IReadOnlyList<Simulation> Items);

/// <summary>Changes on one date; a grade is null for unrated.</summary>
public sealed record SimulationResult
{
    public DateOnly AsOf { get; init; }

    public long Subjects { get; init; }

    public long Population { get; init; }

    public long Unread { get; init; }

    public IReadOnlyList<GradeChange> Matrix { get; init; } = [];

    public IReadOnlyList<GradeCount> GradesBefore { get; init; } = [];

    public IReadOnlyList<GradeCount> GradesAfter { get; init; } = [];

    public PopulationShare Down { get; init; } = new(0, 0, 0, 0);

    public PopulationShare Up { get; init; } = new(0, 0, 0, 0);

    public IReadOnlyList<MeasureChange> Measures { get; init; } = [];
}

/// <summary>How many subjects, and which share; for a sample with the interval that holds the share of all at 95 %.</summary>
public sealed record PopulationShare(long Count, double Percent, double LowPercent, double HighPercent);

/// <summary>How many go from one grade to another.</summary>
public sealed record GradeChange(string? Old, string? New, PopulationShare Share);

/// <summary>How many have a grade.</summary>
public sealed record GradeCount(string? Grade, PopulationShare Share);

/// <summary>For how many subjects a measure would start or end.</summary>
public sealed record MeasureChange(string Measure, long Begins, long Ends);

/// <summary>A subject that moves far, and what makes it move.</summary>
public sealed record SimulationMover(
    string Subject, string? Name, string? OldGrade, string? NewGrade, string? OldScore, string? NewScore, int Steps,
    IReadOnlyList<string> Reasons);
