using System.Text.Json.Serialization;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Engine.Bulletins;

namespace CreditGrains.Api.Bulletins;

/// <summary>A page of bulletins in the order of their months, without their departments.</summary>
public sealed record BulletinPage(IReadOnlyList<BulletinResponse> Items, string? Next);

/// <summary>The bulletin of a month.</summary>
/// <param name="Month"><c>2026-11</c>.</param>
/// <param name="State"><c>open</c> while it is counted, <c>issued</c> once it stands.</param>
/// <param name="CountedOn">Legal date of the counting behind the figures.</param>
/// <param name="CountedAt">When.</param>
/// <param name="IssuedAt">When it was issued; null while it is open.</param>
/// <param name="IssuedBy">By whom.</param>
/// <param name="RowsDigest">SHA-256 in hex, chained over its rows.</param>
/// <param name="Total">All departments together.</param>
/// <param name="CodeFaults">重错码率: lines with a wrong code and decisions reported twice, of organisations with a code.</param>
/// <param name="Departments">By source; null in a list.</param>
/// <param name="Corrections">Later corrections of an issued bulletin; null in a list.</param>
public sealed record BulletinResponse(
    string Month, string State, DateOnly CountedOn, DateTimeOffset CountedAt, DateTimeOffset? IssuedAt, string? IssuedBy, string RowsDigest,
    ScoreResponse Total, RateResponse CodeFaults,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DepartmentScoreResponse>? Departments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BulletinCorrectionsResponse? Corrections)
{
    internal static BulletinResponse Of(Bulletin bulletin, BulletinCorrections? corrections) => new(
        bulletin.Month, bulletin.IsIssued ? "issued" : "open", bulletin.CountedOn, bulletin.CountedAt, bulletin.IssuedAt, bulletin.IssuedBy,
        bulletin.RowsDigest, ScoreResponse.Of(DepartmentScore.Sum(bulletin.Departments.Select(each => each.Score))),
        new RateResponse(bulletin.CodeFaults.Numerator, bulletin.CodeFaults.Denominator, null, bulletin.CodeFaults.PerTenThousand),
        corrections is null ? null
            : [.. bulletin.Departments.Select(each => new DepartmentScoreResponse(each.Source, ScoreResponse.Of(each.Score)))],
        corrections is null ? null
            : new BulletinCorrectionsResponse(corrections.Total, [.. corrections.Rows.Select(BulletinRowResponse.Of)]));
}

/// <summary>Corrections of an issued bulletin.</summary>
/// <param name="Total">How many.</param>
/// <param name="Items">The first 2,000 of them.</param>
public sealed record BulletinCorrectionsResponse(long Total, IReadOnlyList<BulletinRowResponse> Items);

/// <summary>A department and its figures.</summary>
/// <param name="Department">Its source id; <c>*</c> for all beyond the 300 that are counted each for itself.</param>
/// <param name="Score">The figures.</param>
public sealed record DepartmentScoreResponse(string Department, ScoreResponse Score);

/// <summary>One department's scorecard of a month.</summary>
/// <param name="Department">Its source id.</param>
/// <param name="Month"><c>2026-11</c>.</param>
/// <param name="State"><c>open</c>, <c>issued</c>, or <c>none</c> where nothing has been counted.</param>
/// <param name="CountedOn">Legal date of the counting; null where nothing has been counted.</param>
/// <param name="Score">The figures.</param>
public sealed record ScorecardResponse(string Department, string Month, string State, DateOnly? CountedOn, ScoreResponse Score);

/// <summary>Figures of a department in a month; docs/bulletins.md defines them.</summary>
/// <param name="Rows">Rows by class.</param>
/// <param name="Decided">Decisions of the month that were reported, by kind.</param>
/// <param name="Own">The department's own count, by kind.</param>
/// <param name="Reporting">上报率.</param>
/// <param name="Compliance">合规率.</param>
/// <param name="Timeliness">及时率.</param>
/// <param name="Accuracy">准确率.</param>
/// <param name="Completeness">完整率.</param>
public sealed record ScoreResponse(
    IReadOnlyDictionary<string, long> Rows, IReadOnlyDictionary<string, long> Decided, IReadOnlyDictionary<string, long> Own,
    RateResponse Reporting, RateResponse Compliance, RateResponse Timeliness, RateResponse Accuracy, RateResponse Completeness)
{
    internal static ScoreResponse Of(DepartmentScore score) => new(
        score.Rows, score.Decided, score.Own, RateResponse.Of(score.Reporting), RateResponse.Of(score.Compliance),
        RateResponse.Of(score.Timeliness), RateResponse.Of(score.Accuracy), RateResponse.Of(score.Completeness));
}

/// <summary>A rate with both numbers.</summary>
/// <param name="Numerator">How many.</param>
/// <param name="Denominator">Of how many.</param>
/// <param name="Percent">Two places, truncated; null where the denominator is 0.</param>
/// <param name="PerTenThousand">The same of each ten thousand, where that is usual.</param>
public sealed record RateResponse(
    long Numerator, long Denominator, string? Percent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PerTenThousand = null)
{
    internal static RateResponse Of(ScoreRate rate) => new(rate.Numerator, rate.Denominator, rate.Percent);
}

/// <summary>A page of rows; it may be short, or empty, before the last.</summary>
/// <param name="Month">The month.</param>
/// <param name="Department">The department.</param>
/// <param name="Items">The rows, in the order in which they were counted.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record BulletinRowPage(string Month, string Department, IReadOnlyList<BulletinRowResponse> Items, string? Next);

/// <summary>One row behind the figures.</summary>
/// <param name="Class">Class of the row.</param>
/// <param name="Department">Its source id.</param>
/// <param name="Id">The record's id; null of a line in which it could not be read.</param>
/// <param name="Revision">The record's revision.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="DecidedOn">The date from which the deadline counts.</param>
/// <param name="DueOn">Last day of the deadline.</param>
/// <param name="On">Legal date of receipt, or of the decision.</param>
/// <param name="DaysLate">Working days after the deadline; null where it is not late.</param>
/// <param name="Code">Code of the refusal, or outcome of the objection.</param>
/// <param name="Line">Number of the line in the quarantine.</param>
public sealed record BulletinRowResponse(
    string Class, string Department, string? Id, int? Revision, string? Kind, DateOnly? DecidedOn, DateOnly? DueOn, DateOnly On,
    int? DaysLate, string? Code, long? Line)
{
    internal static BulletinRowResponse Of(BulletinRow row) => new(
        row.Class, row.Source, row.Id, row.Revision, row.Kind, row.DecidedOn, row.DueOn, row.On, row.DaysLate, row.Code, row.Line);
}

/// <summary>A department's own count of its decisions of a month.</summary>
/// <param name="Counts">By kind.</param>
/// <param name="Note">How it was counted.</param>
public sealed record DecisionCountBody(IReadOnlyDictionary<string, long>? Counts = null, string? Note = null);

/// <summary>The same as it is kept.</summary>
/// <param name="Department">Its source id.</param>
/// <param name="Month">The month.</param>
/// <param name="Counts">By kind; empty where none has been said.</param>
/// <param name="Note">How it was counted.</param>
/// <param name="At">When it was said; null where none has been said.</param>
public sealed record DecisionCountResponse(
    string Department, string Month, IReadOnlyDictionary<string, long> Counts, string? Note, DateTimeOffset? At);
