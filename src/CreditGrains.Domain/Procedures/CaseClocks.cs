using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>Deadlines in working days under the rulebook of the day (semantics, section 10).</summary>
public static class CaseClocks
{
    /// <summary>
    /// The deadline that applies on a day: of those valid then, the one of the rulebook's own place before the general one, the latest
    /// first.
    /// </summary>
    /// <returns>Null where the rulebook has none.</returns>
    public static ProceduralDeadline? Find(Rulebook rulebook, string id, DateOnly on)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        return rulebook.Clocks.Deadlines
            .Where(each => each.Id == id && !(each.ValidFrom > on) && !(each.ValidUntil < on)
                && (each.Place is null || each.Place == rulebook.Clocks.Place))
            .OrderByDescending(each => each.Place is not null).ThenByDescending(each => each.ValidFrom ?? DateOnly.MinValue)
            .FirstOrDefault();
    }

    /// <summary>A deadline that begins on a day, which itself is not counted.</summary>
    /// <exception cref="CalendarYearMissingException">The date leaves the calendar.</exception>
    /// <exception cref="ClockMissingException">The rulebook has no such deadline.</exception>
    public static CaseClock Start(Rulebook rulebook, string id, string owner, DateOnly from)
    {
        var deadline = Find(rulebook, id, from) ?? throw new ClockMissingException(id);
        var due = rulebook.Calendar.AddWorkingDays(from, deadline.WorkingDays);
        return new CaseClock
        {
            Clock = id, Owner = owner, From = from, Due = due, WarnFrom = WarnFrom(rulebook, from, due), Basis = deadline.Basis,
        };
    }

    /// <summary>A deadline that a case itself names, in calendar days, with a warning so many days before.</summary>
    public static CaseClock Dated(string id, string owner, DateOnly from, DateOnly due, int warnDays, string basis)
    {
        var warn = due.DayNumber > warnDays ? due.AddDays(-warnDays) : from;
        return new CaseClock { Clock = id, Owner = owner, From = from, Due = due, WarnFrom = warn < from ? from : warn, Basis = basis };
    }

    /// <summary>The same deadline, later by what the rulebook allows; null where it allows nothing, or it was extended before.</summary>
    /// <exception cref="CalendarYearMissingException">The date leaves the calendar.</exception>
    public static CaseClock? Extend(Rulebook rulebook, CaseClock clock, string reason)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (clock.Extension is not null || Find(rulebook, clock.Clock, clock.From)?.ExtensionWorkingDays is not (> 0 and var days))
            return null;
        var due = rulebook.Calendar.AddWorkingDays(clock.Due, days);
        return clock with { Due = due, WarnFrom = WarnFrom(rulebook, clock.From, due), Extension = reason };
    }

    /// <summary>Looks whether every deadline that a case may come to lies within the calendar, one after the other and extended.</summary>
    /// <exception cref="CalendarYearMissingException">The calendar does not reach so far, and the case must not begin.</exception>
    /// <exception cref="ClockMissingException">The rulebook lacks one of the deadlines.</exception>
    public static void RequireAll(Rulebook rulebook, IEnumerable<string> ids, DateOnly from)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        foreach (var id in ids)
        {
            var deadline = Find(rulebook, id, from) ?? throw new ClockMissingException(id);
            rulebook.Calendar.AddWorkingDays(from, deadline.WorkingDays + deadline.ExtensionWorkingDays);
        }
    }

    /// <summary>The working day before the due one; never before the clock began.</summary>
    private static DateOnly WarnFrom(Rulebook rulebook, DateOnly from, DateOnly due)
    {
        var day = due.AddDays(-1);
        while (day > from && !rulebook.Calendar.IsWorkingDay(day))
            day = day.AddDays(-1);
        return day < from ? from : day;
    }
}
