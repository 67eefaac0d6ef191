using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;

namespace CreditGrains.Api.Recomputations;

/// <summary>A page of runs, newest first.</summary>
public sealed record RecomputationPage(IReadOnlyList<RecomputationResponse> Items, string? Next);

/// <summary>One pass over all subjects under one set of rules.</summary>
public sealed record RecomputationResponse
{
    public required string Run { get; init; }

    /// <summary><c>running</c>, <c>paused</c>, <c>cancelled</c>, <c>finished</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>The policy version.</summary>
    public required string Policy { get; init; }

    public required string Reason { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Time spent running, pauses left out.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public required long Subjects { get; init; }

    /// <summary>Subjects passed.</summary>
    public required long Done { get; init; }

    public required double Percent { get; init; }

    /// <summary>Until it is done at the pace so far; null where that cannot be said.</summary>
    public required double? RemainingSeconds { get; init; }

    /// <summary>Rows whose score, grade or next change became another.</summary>
    public required long Written { get; init; }

    /// <summary>Subjects whose grade became another: as many changes were told.</summary>
    public required long GradesChanged { get; init; }

    /// <summary>Subjects folded anew from the journal.</summary>
    public required long Refolded { get; init; }

    /// <summary>From stored grade to new grade, the unchanged ones too; null is unrated.</summary>
    public required IReadOnlyList<GradeMove> Matrix { get; init; }

    /// <summary>Subjects set aside because they could not be evaluated.</summary>
    public required IReadOnlyList<PoisonSubject> Poison { get; init; }

    /// <summary>Why it failed.</summary>
    public required string? Error { get; init; }

    /// <summary>Digest and signature of a finished run; docs/rule-change.md says how to verify them.</summary>
    public required RecomputationSummary? Summary { get; init; }

    internal static RecomputationResponse Of(RecomputationRun run) => new()
    {
        Run = run.Id,
        State = run.State.ToString().ToLowerInvariant(),
        Policy = run.PolicyVersion,
        Reason = run.Reason,
        Actor = run.Actor,
        StartedAt = run.StartedAt,
        FinishedAt = run.FinishedAt,
        ElapsedSeconds = Math.Round(run.ElapsedMs / 1000, 3),
        Subjects = run.Subjects,
        Done = run.Done,
        Percent = run.State == JobState.Finished ? 100
            : run.Subjects == 0 ? 0 : Math.Min(100, Math.Round(100.0 * run.Done / run.Subjects, 2)),
        RemainingSeconds = run.Remaining is { } left ? Math.Round(left.TotalSeconds, 1) : null,
        Written = run.Written,
        GradesChanged = run.GradesChanged,
        Refolded = run.Refolded,
        Matrix = run.Matrix,
        Poison = run.Poison,
        Error = run.Error,
        Summary = run.Summary,
    };
}

/// <summary>How much a run may take away from live requests.</summary>
/// <param name="CpuShareMax">Most of the time that a run works, above 0 and at most 1.</param>
/// <param name="SubjectsPerSecondMax">Most subjects a second; 0 for no bound.</param>
/// <param name="LiveLatencyMsMax">While live requests take longer than this at their 99th percentile, the run gives way.</param>
public sealed record ThrottleResponse(double CpuShareMax, int SubjectsPerSecondMax, double LiveLatencyMsMax)
{
    internal static ThrottleResponse Of(RecomputationThrottle throttle) =>
        new(throttle.CpuShareMax, throttle.SubjectsPerSecondMax, throttle.LiveLatencyMsMax);
}

/// <summary>A throttle to set: what is left out stays.</summary>
public sealed record ThrottleBody(
    double? CpuShareMax = null, int? SubjectsPerSecondMax = null, double? LiveLatencyMsMax = null, string? Reason = null);
