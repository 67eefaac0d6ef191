using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Statistics;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Charts of figures that were counted beforehand: a page reads some hundred rows, whatever the number of organisations.</summary>
internal static class StatisticsPages
{
    /// <summary>Periods that may be chosen, in days.</summary>
    public static IReadOnlyList<int> Periods { get; } = [30, 90, 365];

    /// <summary>Most parts in a chart; the table has as many as <see cref="RowsShown"/>.</summary>
    public const int BarsMax = 12;

    public const int RowsShown = 100;

    private static readonly Task<IReadOnlyList<DayFigures>> None = Task.FromResult<IReadOnlyList<DayFigures>>([]);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.GetPage(PortalPaths.Statistics, ShowAsync).For(AccessRules.Statistics);

    /// <summary>The greatest parts as bars.</summary>
    public static IReadOnlyList<ChartBar> BarsOf(IReadOnlyList<DayFigures> parts) =>
        [.. parts.Take(BarsMax).Select(part => new ChartBar(StatisticsModel.NameOf(part), part.Total))];

    /// <summary>The parts with deadlines, with their rates as bars.</summary>
    public static IReadOnlyList<ChartBar> RatesOf(IReadOnlyList<DayFigures> parts) =>
    [
        .. parts.Where(part => StatisticsModel.RateOf(part) is not null).Take(BarsMax)
            .Select(part => new ChartBar(StatisticsModel.NameOf(part), StatisticsModel.RateOf(part)!.Value)),
    ];

    private static async Task<IResult> ShowAsync(
        string? days, HttpContext context, CreditEngine engine, PortalRequest request, PageVisits pages)
    {
        var period = Periods.FirstOrDefault(known => known.ToString(System.Globalization.CultureInfo.InvariantCulture) == days, Periods[0]);
        var (statistics, stop) = (engine.Statistics, context.RequestAborted);
        var to = engine.Today;
        var from = to.AddDays(1 - period);
        var counted = await statistics.CountedAsync(stop);
        if (request.IsAny(AccessRules.Operate.Any))
            await pages.TryWriteAsync(stop);

        // All at once: none needs what another finds, and each is a way to the store.
        var visits = request.IsAny(AccessRules.Operate.Any) ? PartsAsync(StatisticNames.Visits, StatisticNames.Page) : null;
        var feedback = PartsAsync(CheckFigures.Feedback, CheckFigures.Matter);
        var checks = PartsAsync(CheckFigures.Checks, CheckFigures.Matter);
        var grades = DaysAsync(StatisticNames.Grades);
        var gradesByRegion = counted is null ? None
            : statistics.ByPartAsync(StatisticNames.Grades, StatisticNames.Region, counted.Day, counted.Day, stop);
        var reporting = DaysAsync(StatisticNames.Reporting);
        var byDepartment = PartsAsync(StatisticNames.Reporting, StatisticNames.Department);
        var byRegion = PartsAsync(StatisticNames.Reporting, StatisticNames.Region);
        await Task.WhenAll(visits ?? None, feedback, checks, grades, gradesByRegion, reporting, byDepartment, byRegion);
        var feedbackByMatter = (await feedback).ToDictionary(part => part.Name, StringComparer.Ordinal);
        return Pages.Page<StatisticsPage>(new StatisticsModel(
            counted, period, await grades, await gradesByRegion, await reporting, await byDepartment, await byRegion,
            visits is null ? null : await visits)
        {
            Checks =
            [
                .. (await checks).Take(RowsShown).Select(part => new CheckFiguresRow(
                    engine.Rulebook.Matters.TryGetValue(part.Name, out var matter) ? Text.Of(matter.Title) : StatisticsModel.NameOf(part),
                    part, feedbackByMatter.GetValueOrDefault(part.Name))),
            ],
        });

        Task<IReadOnlyList<DayFigures>> PartsAsync(string figure, string part) =>
            statistics.ByPartAsync(figure, part, from, to, stop);

        Task<IReadOnlyList<DayFigures>> DaysAsync(string figure) =>
            counted is null ? None : statistics.ByDayAsync(figure, from, to, stop);
    }
}
