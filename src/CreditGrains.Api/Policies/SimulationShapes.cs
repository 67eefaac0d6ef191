using CreditGrains.Api.Requests;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Simulation;

namespace CreditGrains.Api.Policies;

/// <summary>A simulation, done or under way. It touches nothing; the newest 32 are kept, and every node tells how they stand.</summary>
public sealed record SimulationShape
{
    /// <summary>Ask for it under <c>/v1/simulations/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.
    /// </summary>
    public required string State { get; init; }

    public required string Version { get; init; }

    public required string Against { get; init; }

    /// <summary>Who asked for it, or started it again.</summary>
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
    public SimulationResultShape? Result { get; init; }

    /// <summary>Of each date of a past period, once finished.</summary>
    public IReadOnlyList<SimulationResultShape>? Series { get; init; }

    /// <summary>The subjects that fall furthest, each with what makes it fall.</summary>
    public IReadOnlyList<MoverShape>? Falls { get; init; }

    /// <summary>The subjects that rise furthest.</summary>
    public IReadOnlyList<MoverShape>? Rises { get; init; }

    internal static SimulationShape Of(SimulationRun run, SimulationFindings? findings = null, string language = "zh")
    {
        var dates = findings?.Dates.Select(found => SimulationResultShape.Of(found.AsOf, found.Result, found.Unread)).ToList();
        var isPeriod = run.Dates is not null;
        return new SimulationShape
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
            Falls = isPeriod ? null : findings?.Falls.Select(found => MoverShape.Of(found, language)).ToList(),
            Rises = isPeriod ? null : findings?.Rises.Select(found => MoverShape.Of(found, language)).ToList(),
        };
    }
}

/// <summary>The simulations that are kept.</summary>
public sealed record SimulationList(IReadOnlyList<SimulationShape> Items);

/// <summary>What changes on one date. A grade is null for unrated.</summary>
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
/// <param name="Supervision">What each grade means for inspectors.</param>
/// <param name="Regions">By region; the name is empty where a subject has none, and <c>*</c> for all beyond 5,000.</param>
/// <param name="Industries">By industry.</param>
/// <param name="Sizes">By number of records.</param>
public sealed record SimulationResultShape(
    DateOnly AsOf, long Subjects, long Population, long Unread, IReadOnlyList<GradeChangeShape> Matrix,
    IReadOnlyList<GradeCountShape> GradesBefore, IReadOnlyList<GradeCountShape> GradesAfter, IReadOnlyList<ScoreBinShape> Scores,
    ShareShape Down, ShareShape Up, ShareShape BecomesRated, ShareShape BecomesUnrated, IReadOnlyList<MeasureChange> Measures,
    IReadOnlyList<SupervisionChangeShape> Supervision, IReadOnlyList<GroupShape> Regions, IReadOnlyList<GroupShape> Industries,
    IReadOnlyList<GroupShape> Sizes)
{
    internal static SimulationResultShape Of(DateOnly asOf, SimulationResult result, long unread) => new(
        asOf, result.Subjects, result.Population, unread,
        [.. result.Matrix.Select(change => new GradeChangeShape(change.Old, change.New, ShareShape.Of(change.Share)))],
        [.. result.GradesBefore.Select(GradeCountShape.Of)], [.. result.GradesAfter.Select(GradeCountShape.Of)],
        [.. result.Scores.Select(bin => new ScoreBinShape(
            WireWords.Points(bin.FromMilli), WireWords.Points(bin.ToMilli), bin.Before, bin.After))],
        ShareShape.Of(result.Down), ShareShape.Of(result.Up), ShareShape.Of(result.BecomesRated), ShareShape.Of(result.BecomesUnrated),
        result.Measures, [.. result.Supervision.Select(SupervisionChangeShape.Of)], [.. result.Regions.Select(GroupShape.Of)],
        [.. result.Industries.Select(GroupShape.Of)], [.. result.Sizes.Select(GroupShape.Of)]);
}

/// <summary>How many subjects, and which share; for a sample with the interval that holds the share of all at 95 %.</summary>
public sealed record ShareShape(long Count, double Percent, double LowPercent, double HighPercent)
{
    internal static ShareShape Of(Share share) =>
        new(share.Count, Math.Round(share.Percent, 3), Math.Round(share.LowPercent, 3), Math.Round(share.HighPercent, 3));
}

/// <summary>How many go from one grade to another.</summary>
public sealed record GradeChangeShape(string? Old, string? New, ShareShape Share);

/// <summary>How many have a grade.</summary>
public sealed record GradeCountShape(string? Grade, ShareShape Share)
{
    internal static GradeCountShape Of(GradeShare grade) => new(grade.Grade, ShareShape.Of(grade.Share));
}

/// <summary>How many scores lie from one bound to the next.</summary>
public sealed record ScoreBinShape(string From, string To, long Before, long After);

/// <summary>Grade changes in one region, industry or size.</summary>
public sealed record GroupShape(string Name, long Subjects, ShareShape Down, ShareShape Up)
{
    internal static GroupShape Of(SimulationGroup group) =>
        new(group.Name, group.Subjects, ShareShape.Of(group.Down), ShareShape.Of(group.Up));
}

/// <summary>What a grade means for inspectors before and after; inspections as expected of one draw.</summary>
public sealed record SupervisionChangeShape(
    string Grade, SupervisionSetting? Before, SupervisionSetting? After, long SubjectsBefore, long SubjectsAfter, long InspectionsBefore,
    long InspectionsAfter)
{
    internal static SupervisionChangeShape Of(SupervisionChange change) => new(
        change.Grade, change.Before, change.After, (long)decimal.Round(change.SubjectsBefore), (long)decimal.Round(change.SubjectsAfter),
        (long)decimal.Round(change.InspectionsBefore), (long)decimal.Round(change.InspectionsAfter));
}

/// <summary>A subject that moves far, and what makes it move.</summary>
/// <param name="Subject">Whom.</param>
/// <param name="Name">Its name.</param>
/// <param name="OldGrade">Grade under the version compared with.</param>
/// <param name="NewGrade">Grade under the version simulated.</param>
/// <param name="OldScore">Likewise the score.</param>
/// <param name="NewScore">Likewise.</param>
/// <param name="Steps">Grades up; negative for down.</param>
/// <param name="Reasons">What differs between the two assessments, in words.</param>
public sealed record MoverShape(
    string Subject, string? Name, string? OldGrade, string? NewGrade, string? OldScore, string? NewScore, int Steps,
    IReadOnlyList<string> Reasons)
{
    internal static MoverShape Of(MoverFinding found, string language) => new(
        found.Mover.Subject.Value, found.Name, found.Mover.OldGrade, found.Mover.NewGrade, Points(found.Mover.OldScoreMilli),
        Points(found.Mover.NewScoreMilli), found.Mover.Steps, [.. found.Reasons.Select(reason => reason.In(language))]);

    private static string? Points(long? milli) => milli is { } points ? WireWords.Points(points) : null;
}
