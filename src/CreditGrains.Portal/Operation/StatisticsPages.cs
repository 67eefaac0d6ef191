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

    private static async Task<IResult> ShowAsync(string? days, HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var period = Periods.FirstOrDefault(known => known.ToString(System.Globalization.CultureInfo.InvariantCulture) == days, Periods[0]);
        var (statistics, stop) = (engine.Statistics, context.RequestAborted);
        var to = engine.Today;
        var from = to.AddDays(1 - period);
        var counted = await statistics.CountedAsync(stop);
        var visits = request.IsAny(AccessRules.Operate.Any)
            ? await statistics.ByPartAsync(StatisticNames.Visits, StatisticNames.Page, from, to, stop) : null;
        var feedback = (await statistics.ByPartAsync(CheckFigures.Feedback, CheckFigures.Matter, from, to, stop))
            .ToDictionary(part => part.Name, StringComparer.Ordinal);
        var checks = (await statistics.ByPartAsync(CheckFigures.Checks, CheckFigures.Matter, from, to, stop)).Take(RowsShown)
            .Select(part => new CheckFiguresRow(
                engine.Rulebook.Matters.TryGetValue(part.Name, out var matter) ? Text.Of(matter.Title) : StatisticsModel.NameOf(part),
                part, feedback.GetValueOrDefault(part.Name)))
            .ToList();
        if (counted is null)
            return Pages.Page<StatisticsPage>(new StatisticsModel(null, period, [], [], [], [], [], visits) { Checks = checks });
        return Pages.Page<StatisticsPage>(new StatisticsModel(
            counted, period, await statistics.ByDayAsync(StatisticNames.Grades, from, to, stop),
            await statistics.ByPartAsync(StatisticNames.Grades, StatisticNames.Region, counted.Day, counted.Day, stop),
            await statistics.ByDayAsync(StatisticNames.Reporting, from, to, stop),
            await statistics.ByPartAsync(StatisticNames.Reporting, StatisticNames.Department, from, to, stop),
            await statistics.ByPartAsync(StatisticNames.Reporting, StatisticNames.Region, from, to, stop), visits) { Checks = checks });
    }
}
