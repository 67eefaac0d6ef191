namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// Working days by year: weekends, public holidays, make-up workdays (调休). Years it does not hold are errors, never guesses.
/// </summary>
public sealed class WorkingDayCalendar
{
    public static readonly WorkingDayCalendar Empty = new(new Dictionary<int, CalendarYear>());

    private readonly IReadOnlyDictionary<int, CalendarYear> _years;

    public WorkingDayCalendar(IReadOnlyDictionary<int, CalendarYear> years) => _years = years;

    public IEnumerable<int> Years => _years.Keys.Order();

    /// <exception cref="CalendarYearMissingException">The calendar has no such year.</exception>
    public bool IsWorkingDay(DateOnly date)
    {
        if (!_years.TryGetValue(date.Year, out var year))
            throw new CalendarYearMissingException(date.Year);
        if (year.Workdays.Contains(date))
            return true;
        return date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !year.Holidays.Contains(date);
    }

    /// <summary>The day that lies the given number of working days after <paramref name="from"/>, which itself is not counted.</summary>
    /// <exception cref="CalendarYearMissingException">The count leaves the calendar.</exception>
    public DateOnly AddWorkingDays(DateOnly from, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        var date = from;
        for (var left = workingDays; left > 0;)
        {
            date = date.AddDays(1);
            if (IsWorkingDay(date))
                left--;
        }

        return date;
    }
}

/// <summary>Days of one year that differ from the plain week.</summary>
/// <param name="Holidays">Weekdays and weekend days that are off.</param>
/// <param name="Workdays">Weekend days that are worked.</param>
public sealed record CalendarYear(IReadOnlySet<DateOnly> Holidays, IReadOnlySet<DateOnly> Workdays);

/// <summary>A legal date lies in a year for which no working-day calendar has been announced or installed.</summary>
public sealed class CalendarYearMissingException(int year)
    : Exception($"The working-day calendar has no year {year}. Add calendar/{year}.yaml to the rulebook once it has been announced.")
{
    public int Year { get; } = year;
}
