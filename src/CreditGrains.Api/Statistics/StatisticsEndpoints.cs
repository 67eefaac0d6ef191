using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Statistics;

/// <summary>Figures of days (统计). They are counted once a day by a job; a question reads rows, never a subject.</summary>
internal static class StatisticsEndpoints
{
    private const int DaysDefault = 30;
    private const string Day = "day";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/statistics").WithTags("statistics");
        group.MapGet("/grades", (string? from, string? to, string? by, HttpContext context, CreditEngine engine) =>
                ReadAsync(StatisticNames.Grades, [Day, StatisticNames.Region], from, to, by, context, engine))
            .Require(AccessRules.Statistics)
            .WithSummary("Organisations by grade: day by day, or of the last counted day by region.");
        group.MapGet("/reporting", (string? from, string? to, string? by, HttpContext context, CreditEngine engine) =>
                ReadAsync(
                    StatisticNames.Reporting, [Day, StatisticNames.Region, StatisticNames.Department], from, to, by, context, engine))
            .Require(AccessRules.Statistics)
            .WithSummary("Records accepted, by whether they came within the deadline of their kind: by day, region or department.");
        group.MapGet("/cases", (string? from, string? to, string? by, HttpContext context, CreditEngine engine) =>
                ReadAsync(CaseFigures.Cases, [Day, StatisticNames.Department], from, to, by, context, engine))
            .Require(AccessRules.Statistics)
            .WithSummary("Objections filed beside published records, and repairs decided, at the first review and in how many days.");
        foreach (var (figure, summary) in new[]
        {
            (CheckFigures.Checks, "Checks, by outcome: by day, department or matter; a second behind."),
            (CheckFigures.Feedback,
                "Mandatory measures that checks have shown, and how many were fed back: by day of the check, department or matter."),
        })
        {
            group.MapGet("/" + figure, (string? from, string? to, string? by, HttpContext context, CreditEngine engine) =>
                    ReadAsync(figure, [Day, CheckFigures.Department, CheckFigures.Matter], from, to, by, context, engine))
                .Require(AccessRules.Statistics).WithSummary(summary);
        }

        group.MapGet("/visits", (string? from, string? to, string? by, HttpContext context, CreditEngine engine) =>
                ReadAsync(StatisticNames.Visits, [StatisticNames.Page], from, to, by ?? StatisticNames.Page, context, engine))
            .Require(AccessRules.Operate)
            .WithSummary("Pages of the portal that were shown, by kind of page; nobody is told apart.");
    }

    private static async Task<Ok<StatisticsResponse>> ReadAsync(
        string figure, string[] parts, string? from, string? to, string? by, HttpContext context, CreditEngine engine)
    {
        var part = string.IsNullOrEmpty(by) ? Day : by;
        if (!parts.Contains(part, StringComparer.Ordinal))
            throw Parameters.Refused("by", string.Join(", ", parts));
        var last = Parameters.Date("to", to) ?? engine.Today;
        var first = Parameters.Date("from", from) ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber - DaysDefault + 1));
        if (first > last || last.DayNumber - first.DayNumber >= StatisticNames.DaysKept)
        {
            throw new RequestRefusedException(
                ErrorCatalogue.OutOfRange, "/query/from", $"1 to {StatisticNames.DaysKept} days");
        }

        var statistics = engine.Statistics;
        var counted = await statistics.CountedAsync(context.RequestAborted);

        // Grades are a state, not an event: of several days there is no sum.
        if (figure == StatisticNames.Grades && part != Day)
            first = last = counted is null || last < counted.Day ? last : counted.Day;
        var found = part == Day
            ? await statistics.ByDayAsync(figure, first, last, context.RequestAborted)
            : await statistics.ByPartAsync(figure, part, first, last, context.RequestAborted);
        if (figure == CaseFigures.Cases)
        {
            // How many are published is a state: of a day its own, of a department that of the last day counted.
            var state = counted is null || last < counted.Day ? last : counted.Day;
            var published = part == Day
                ? await statistics.ByDayAsync(CaseFigures.Published, first, last, context.RequestAborted)
                : await statistics.ByPartAsync(CaseFigures.Published, part, state, state, context.RequestAborted);
            found = [.. found.Select(figures => CaseFigures.With(figures, published, part == Day))];
        }

        return TypedResults.Ok(new StatisticsResponse
        {
            Figure = figure,
            By = part,
            From = first,
            To = last,
            CountedAt = counted?.At,
            Items =
            [
                .. found.Take(StatisticNames.DaysKept).Select(figures => new StatisticsItem(
                    part == Day ? figures.Day : null, part == Day ? null : figures.Name, Shown(figure, figures.Counts),
                    figure == CheckFigures.Feedback ? RateOf(figures)
                        : figure == CaseFigures.Cases ? ObjectionsOf(figures) : null)),
            ],
        });
    }

    /// <summary>In percent with one place, truncated; null where nothing was to be fed back.</summary>
    private static string? RateOf(DayFigures figures) => figures.Of(CheckFigures.Due) is > 0 and var due
        ? (Math.Truncate((figures.Of(CheckFigures.InTime) + figures.Of(CheckFigures.Late)) * 1000m / due) / 10m)
            .ToString("0.0", CultureInfo.InvariantCulture)
        : null;

    /// <summary>Objections by ten thousand published records, with two places, truncated; null where none is published.</summary>
    private static string? ObjectionsOf(DayFigures figures) => figures.Of(CaseFigures.Published) is > 0 and var published
        ? (Math.Truncate(figures.Of(CaseFigures.Objections) * 1_000_000m / published) / 100m).ToString("0.00", CultureInfo.InvariantCulture)
        : null;

    private static Dictionary<string, long> Shown(string figure, IReadOnlyDictionary<string, long> counts) => counts.ToDictionary(
        count => count.Key.Length > 0 ? count.Key : figure == StatisticNames.Visits ? "pages" : "-", count => count.Value);
}
