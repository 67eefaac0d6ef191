using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;

namespace CreditGrains.Api.Subjects;

/// <summary>
/// The assessment with the records behind it: of each indicator, limit and measure the oldest 200 at most, and of all together 2,000
/// (<c>GET /v1/subjects/{id}/assessment/records?indicator=</c> has all). Points are decimal strings with three places.
/// </summary>
public sealed record AssessmentResponse
{
    public required string Subject { get; init; }

    public required string? Name { get; init; }

    public required DateOnly AsOf { get; init; }

    public required PolicyName Policy { get; init; }

    public required string Token { get; init; }

    public required bool Rated { get; init; }

    public required string? Score { get; init; }

    public required string? Grade { get; init; }

    public required SupervisionResponse? Supervision { get; init; }

    public required DateOnly? NextChange { get; init; }

    public required IReadOnlyList<IndicatorResponse> Indicators { get; init; }

    public required IReadOnlyList<LimitResponse> Limits { get; init; }

    public required IReadOnlyList<MeasureResponse> Measures { get; init; }

    /// <summary>True where a list of records or measures was cut; the sums, the score and the grade are of all records.</summary>
    public bool Partial { get; init; }

    internal static AssessmentResponse Of(SubjectAssessment assessment, string token, string language) => new()
    {
        Subject = assessment.Subject.Value,
        Name = assessment.Description?.Name,
        AsOf = assessment.AsOf,
        Policy = new PolicyName(assessment.Policy.Id, assessment.Policy.Version),
        Token = token,
        Rated = assessment.Rated,
        Score = assessment.ScoreMilli is { } score ? WireNames.Points(score) : null,
        Grade = assessment.Grade,
        Supervision = assessment.Supervision is { } supervision
            ? new SupervisionResponse(supervision.InspectionPercent, supervision.PerYear) : null,
        NextChange = assessment.NextChange,
        Indicators = [.. assessment.Indicators.Select(indicator => IndicatorResponse.Of(indicator, language))],
        Limits = [.. assessment.Limits.Select(limit => LimitResponse.Of(limit, language))],
        Measures = [.. assessment.Measures.Select(measure => MeasureResponse.Of(measure, language))],
        Partial = assessment.MeasuresTruncated || assessment.Limits.Any(limit => limit.RecordsTotal > limit.Records.Count)
            || assessment.Indicators.Any(indicator => indicator.RecordsTotal > indicator.Records.Count),
    };
}

/// <summary>Supervision that goes with the grade.</summary>
public sealed record SupervisionResponse(decimal InspectionPercent, int PerYear);

/// <summary>One indicator's sum and the records behind it, oldest first.</summary>
/// <param name="Id">The policy's line.</param>
/// <param name="Label">Its label.</param>
/// <param name="Sum">Of all records.</param>
/// <param name="Records">The oldest of them.</param>
/// <param name="RecordsTotal">How many there are.</param>
public sealed record IndicatorResponse(
    string Id, string? Label, string Sum, IReadOnlyList<ContributionResponse> Records, int RecordsTotal)
{
    internal static IndicatorResponse Of(IndicatorResult result, string language) => new(
        result.Indicator.Id, result.Indicator.Label?.In(language), WireNames.Points(result.SumMilli),
        [.. result.Records.Select(ContributionResponse.Of)], result.RecordsTotal);
}

/// <summary>Contribution of one record to one indicator: points times weight.</summary>
public sealed record ContributionResponse(
    string Source, string Id, string Kind, DateOnly? Date, string Points, string WeightPercent, string Contribution, DateOnly? NextChange,
    bool Disputed, bool Repaired)
{
    internal static ContributionResponse Of(RecordContribution record) => new(
        record.Record.Source.Value, record.Record.Id, record.Kind, record.Date, WireNames.Points(record.PointsMilli),
        WireNames.Percent(record.Weight), WireNames.Points(record.ContributionMilli), record.NextChange, record.Disputed, record.Repaired);
}

/// <summary>A limit with a record that holds it.</summary>
/// <param name="Id">The policy's line.</param>
/// <param name="Label">Its label.</param>
/// <param name="Grade">The grade can be no better.</param>
/// <param name="Binding">Whether the score alone would have given a better one.</param>
/// <param name="Until">First later date on which this changes by itself; null for never.</param>
/// <param name="Records">The oldest of the records.</param>
/// <param name="RecordsTotal">How many there are.</param>
public sealed record LimitResponse(
    string Id, string? Label, string Grade, bool Binding, DateOnly? Until, IReadOnlyList<RecordName> Records, int RecordsTotal)
{
    internal static LimitResponse Of(LimitResult result, string language) => new(
        result.Limit.Id, result.Limit.Label?.In(language), result.Limit.Grade, result.Binding, result.Until,
        [.. result.Records.Select(record => new RecordName(record.Source.Value, record.Id))], result.RecordsTotal);
}

/// <summary>A page of the records behind one indicator, oldest first.</summary>
/// <param name="Subject">Normalised code.</param>
/// <param name="AsOf">Legal date.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Indicator">The policy's line.</param>
/// <param name="Sum">Of all records.</param>
/// <param name="RecordsTotal">How many there are.</param>
/// <param name="Items">The page.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Token">Position of the answer.</param>
public sealed record ContributionsPage(
    string Subject, DateOnly AsOf, PolicyName Policy, string Indicator, string Sum, int RecordsTotal,
    IReadOnlyList<ContributionResponse> Items, string? Next, string Token);

/// <summary>A measure in force, bound to the record (or, never for restraints, the grade) that causes it.</summary>
public sealed record MeasureResponse(
    string Measure, string Title, string Class, bool Mandatory, string Basis, string Implementer, RecordName? Cause, string? CauseGrade,
    DateOnly? From, DateOnly? Until)
{
    internal static MeasureResponse Of(MeasureInForce measure, string language) => new(
        measure.Measure.Id, measure.Measure.Title.In(language), WireNames.Of(measure.Measure.Class), measure.Measure.Mandatory,
        measure.Measure.Basis, measure.Measure.Implementer,
        measure.Cause is { } cause ? new RecordName(cause.Source.Value, cause.Id) : null, measure.CauseGrade, measure.From, measure.Until);
}
