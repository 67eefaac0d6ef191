namespace CreditGrains.Client;

/// <summary>A page of runs, newest first.</summary>
public sealed record RecomputationPage(IReadOnlyList<Recomputation> Items, string? Next);

/// <summary>One pass over all subjects under one set of rules.</summary>
public sealed record Recomputation
{
    public string Run { get; init; } = "";

    /// <summary><c>running</c>, <c>paused</c>, <c>cancelled</c>, <c>finished</c> or <c>failed</c>.</summary>
    public string State { get; init; } = "";

    public string Policy { get; init; } = "";

    public string Reason { get; init; } = "";

    public string Actor { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double ElapsedSeconds { get; init; }

    public long Subjects { get; init; }

    public long Done { get; init; }

    public double Percent { get; init; }

    public double? RemainingSeconds { get; init; }

    public long Written { get; init; }

    public long GradesChanged { get; init; }

    /// <summary>From stored to new grade; null is unrated.</summary>
    public IReadOnlyList<GradeMove> Matrix { get; init; } = [];

    /// <summary>Subjects set aside.</summary>
    public IReadOnlyList<PoisonSubject> Poison { get; init; } = [];

    public string? Error { get; init; }

    public RecomputationSummary? Summary { get; init; }
}

/// <summary>How many subjects went from one grade to another.</summary>
public sealed record GradeMove(string? Old, string? New, long Count);

/// <summary>A subject that could not be evaluated, and why.</summary>
public sealed record PoisonSubject(string Subject, string Error);

/// <summary>Digest and signature of a finished run.</summary>
public sealed record RecomputationSummary(string Digest, string? KeyId, string? Signature);

/// <summary>How much a run may take away from live requests; null leaves a part as it is.</summary>
public sealed record RecomputationThrottle(
    double? CpuShareMax = null, int? SubjectsPerSecondMax = null, double? LiveLatencyMsMax = null, string? Reason = null);
