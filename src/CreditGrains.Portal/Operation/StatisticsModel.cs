using CreditGrains.Engine.Statistics;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Checks in one matter, and the feedback on them.</summary>
/// <param name="Matter">Title of the matter.</param>
/// <param name="Checks">By outcome.</param>
/// <param name="Feedback">Mandatory measures shown, fed back in time, fed back late; null where none was shown.</param>
public sealed record CheckFiguresRow(Text Matter, DayFigures Checks, DayFigures? Feedback);

/// <summary>The figures of a period, as the day's counting wrote them.</summary>
/// <param name="Counted">How far they are counted; null before the first time.</param>
/// <param name="Days">Length of the period in days.</param>
/// <param name="Grades">Organisations by grade, day by day.</param>
/// <param name="GradesByRegion">The same of the last counted day, region by region.</param>
/// <param name="Reporting">Records accepted, day by day.</param>
/// <param name="ByDepartment">The same of the whole period by department, the greatest first.</param>
/// <param name="ByRegion">Likewise by region.</param>
/// <param name="Visits">Pages shown in the period; null for those who may not see them.</param>
public sealed record StatisticsModel(
    StatisticsCounted? Counted, int Days, IReadOnlyList<DayFigures> Grades, IReadOnlyList<DayFigures> GradesByRegion,
    IReadOnlyList<DayFigures> Reporting, IReadOnlyList<DayFigures> ByDepartment, IReadOnlyList<DayFigures> ByRegion,
    IReadOnlyList<DayFigures>? Visits)
{
    /// <summary>Checks of the period by matter, the most asked first; they need no counting.</summary>
    public IReadOnlyList<CheckFiguresRow> Checks { get; init; } = [];

    /// <summary>All grades that occur, unrated last.</summary>
    public IReadOnlyList<string> GradeKeys { get; } =
    [
        .. Grades.SelectMany(day => day.Counts.Keys).Distinct(StringComparer.Ordinal).OrderBy(grade => grade.Length == 0)
            .ThenBy(grade => grade, StringComparer.Ordinal),
    ];

    /// <summary>Title of a grade.</summary>
    public static Text GradeOf(string key) => key.Length == 0 ? OperationTexts.Unrated : new Text(key, key);

    /// <summary>Title of a part.</summary>
    public static Text NameOf(DayFigures part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part.Name switch
        {
            "" => StatisticTexts.Unknown,
            StatisticNames.Others => StatisticTexts.Others,
            var name => new Text(name, name),
        };
    }

    /// <summary>Percent of first reports with a deadline that came within it; null where there is none.</summary>
    public static long? RateOf(DayFigures part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var (inTime, late) = (part.Of(StatisticNames.InTime), part.Of(StatisticNames.Late));
        return inTime + late == 0 ? null : 100 * inTime / (inTime + late);
    }

    /// <summary>One line for each key, with a value for each day.</summary>
    public static IReadOnlyList<TrendSeries> Lines(IReadOnlyList<DayFigures> days, params IEnumerable<(string Key, Text Label)> lines) =>
        [.. lines.Select(line => new TrendSeries(line.Label, [.. days.Select(day => day.Of(line.Key))]))];
}
