using CreditGrains.Api.Requests;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Simulation;

namespace CreditGrains.Api.Policies;

/// <summary>A simulation, done or under way. It touches nothing; the newest 32 are kept, and every node tells how they stand.</summary>
public sealed record SimulationResponse
{
    /// <summary>Ask for it under <c>/v1/simulations/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.
    /// </summary>
    public required string State { get; init; }

    public required string Version { get; init; }

    public required string Against { get; init; }

    /// <summary>Caller who asked for the run, or started it again.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Since when it has been under way; null while it is queued.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public required long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public required long Subjects { get; init; }

    /// <summary>Seconds until it is done at the pace so far; null where that cannot be said.</summary>
    public required double? RemainingSeconds { get; init; }

    public required decimal SamplePercent { get; init; }

    public required long Seed { get; init; }

    /// <summary>Whether the activation of the version goes by it: simulated against the version in force as of today or later.</summary>
    public required bool CountsForActivation { get; init; }

    /// <summary>Why it failed or was interrupted.</summary>
    public string? Error { get; init; }

    /// <summary>Of one date, once finished.</summary>
    public SimulationResultResponse? Result { get; init; }

    /// <summary>Of each date of a past period, once finished.</summary>
    public IReadOnlyList<SimulationResultResponse>? Series { get; init; }

    /// <summary>The subjects that fall furthest, each with what makes it fall.</summary>
    public IReadOnlyList<MoverResponse>? Falls { get; init; }

    /// <summary>The subjects that rise furthest.</summary>
    public IReadOnlyList<MoverResponse>? Rises { get; init; }

    internal static SimulationResponse Of(SimulationRun run, SimulationFindings? findings = null, string language = "zh")
    {
        var dates = findings?.Dates.Select(found => SimulationResultResponse.Of(found.AsOf, found.Result, found.Unread)).ToList();
        var isPeriod = run.Dates is not null;
        return new SimulationResponse
        {
            Id = run.Id,
            State = run.State.ToString().ToLowerInvariant(),
            Version = run.Version,
            Against = run.Against,
            Actor = run.Actor,
            AskedAt = run.AskedAt,
            StartedAt = run.StartedAt,
            EndedAt = run.EndedAt,
            Done = run.Done,
            Subjects = run.Subjects,
            RemainingSeconds = run.Remaining?.TotalSeconds,
            SamplePercent = run.SamplePercent,
            Seed = run.Seed,
            CountsForActivation = run.CountsForActivation,
            Error = run.Error,
            Result = isPeriod ? null : dates?[0],
            Series = isPeriod ? dates : null,
            Falls = isPeriod ? null : findings?.Falls.Select(found => MoverResponse.Of(found, language)).ToList(),
            Rises = isPeriod ? null : findings?.Rises.Select(found => MoverResponse.Of(found, language)).ToList(),
        };
    }
}

/// <summary>The simulations that are kept.</summary>
public sealed record SimulationList(IReadOnlyList<SimulationResponse> Items);

/// <summary>Changes on one date. A grade is null for unrated.</summary>
/// <param name="AsOf">Legal date of both assessments.</param>
/// <param name="Subjects">Subjects looked at.</param>
/// <param name="Population">All subjects; more than looked at for a sample.</param>
/// <param name="Unread">Subjects that could not be evaluated and are not counted.</param>
/// <param name="Matrix">Every pair of grades that occurs.</param>
/// <param name="GradesBefore">How many have each grade under the version compared with.</param>
/// <param name="GradesAfter">How many have each grade under the version simulated.</param>
/// <param name="Scores">Scores in 20 bins of equal width.</param>
/// <param name="Down">Going down a grade.</param>
/// <param name="Up">Going up.</param>
/// <param name="BecomesRated">Unrated before.</param>
/// <param name="BecomesUnrated">Rated before.</param>
/// <param name="Measures">Subjects for which a measure would start or end.</param>
/// <param name="Supervision">Supervision that goes with each grade.</param>
/// <param name="Regions">By region; the name is empty where a subject has none, and <c>*</c> for all beyond 5,000.</param>
/// <param name="Industries">By industry.</param>
/// <param name="Sizes">By number of records.</param>
public sealed record SimulationResultResponse(
    DateOnly AsOf, long Subjects, long Population, long Unread, IReadOnlyList<GradeChangeResponse> Matrix,
    IReadOnlyList<GradeCountResponse> GradesBefore, IReadOnlyList<GradeCountResponse> GradesAfter, IReadOnlyList<ScoreBinResponse> Scores,
    ShareResponse Down, ShareResponse Up, ShareResponse BecomesRated, ShareResponse BecomesUnrated, IReadOnlyList<MeasureChange> Measures,
    IReadOnlyList<SupervisionChangeResponse> Supervision, IReadOnlyList<GroupResponse> Regions, IReadOnlyList<GroupResponse> Industries,
    IReadOnlyList<GroupResponse> Sizes)
{
    internal static SimulationResultResponse Of(DateOnly asOf, SimulationResult result, long unread) => new(
        asOf, result.Subjects, result.Population, unread,
        [.. result.Matrix.Select(change => new GradeChangeResponse(change.Old, change.New, ShareResponse.Of(change.Share)))],
        [.. result.GradesBefore.Select(GradeCountResponse.Of)], [.. result.GradesAfter.Select(GradeCountResponse.Of)],
        [.. result.Scores.Select(bin => new ScoreBinResponse(
            WireNames.Points(bin.FromMilli), WireNames.Points(bin.ToMilli), bin.Before, bin.After))],
        ShareResponse.Of(result.Down), ShareResponse.Of(result.Up), ShareResponse.Of(result.BecomesRated),
        ShareResponse.Of(result.BecomesUnrated),
        result.Measures, [.. result.Supervision.Select(SupervisionChangeResponse.Of)], [.. result.Regions.Select(GroupResponse.Of)],
        [.. result.Industries.Select(GroupResponse.Of)], [.. result.Sizes.Select(GroupResponse.Of)]);
}

/// <summary>How many subjects, and which share; for a sample with the interval that holds the share of all at 95 %.</summary>
public sealed record ShareResponse(long Count, double Percent, double LowPercent, double HighPercent)
{
    internal static ShareResponse Of(Share share) =>
        new(share.Count, Math.Round(share.Percent, 3), Math.Round(share.LowPercent, 3), Math.Round(share.HighPercent, 3));
}

/// <summary>How many go from one grade to another.</summary>
public sealed record GradeChangeResponse(string? Old, string? New, ShareResponse Share);

/// <summary>How many have a grade.</summary>
public sealed record GradeCountResponse(string? Grade, ShareResponse Share)
{
    internal static GradeCountResponse Of(GradeShare grade) => new(grade.Grade, ShareResponse.Of(grade.Share));
}

/// <summary>How many scores lie from one bound to the next.</summary>
public sealed record ScoreBinResponse(string From, string To, long Before, long After);

/// <summary>Grade changes in one region, industry or size.</summary>
public sealed record GroupResponse(string Name, long Subjects, ShareResponse Down, ShareResponse Up)
{
    internal static GroupResponse Of(SimulationGroup group) =>
        new(group.Name, group.Subjects, ShareResponse.Of(group.Down), ShareResponse.Of(group.Up));
}

/// <summary>Supervision of a grade before and after; inspections as expected of one draw.</summary>
public sealed record SupervisionChangeResponse(
    string Grade, SupervisionSetting? Before, SupervisionSetting? After, long SubjectsBefore, long SubjectsAfter, long InspectionsBefore,
    long InspectionsAfter)
{
    internal static SupervisionChangeResponse Of(SupervisionChange change) => new(
        change.Grade, change.Before, change.After, (long)decimal.Round(change.SubjectsBefore), (long)decimal.Round(change.SubjectsAfter),
        (long)decimal.Round(change.InspectionsBefore), (long)decimal.Round(change.InspectionsAfter));
}

/// <summary>A subject that moves far, and what makes it move.</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="Name">Its name.</param>
/// <param name="OldGrade">Grade under the version compared with.</param>
/// <param name="NewGrade">Grade under the version simulated.</param>
/// <param name="OldScore">Likewise the score.</param>
/// <param name="NewScore">Likewise.</param>
/// <param name="Steps">Grades up; negative for down.</param>
/// <param name="Reasons">Differences between the two assessments, in words.</param>
public sealed record MoverResponse(
    string Subject, string? Name, string? OldGrade, string? NewGrade, string? OldScore, string? NewScore, int Steps,
    IReadOnlyList<string> Reasons)
{
    internal static MoverResponse Of(MoverFinding found, string language) => new(
        found.Mover.Subject.Value, found.Name, found.Mover.OldGrade, found.Mover.NewGrade, Points(found.Mover.OldScoreMilli),
        Points(found.Mover.NewScoreMilli), found.Mover.Steps, [.. found.Reasons.Select(reason => reason.In(language))]);

    private static string? Points(long? milli) => milli is { } points ? WireNames.Points(points) : null;
}
