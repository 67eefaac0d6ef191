using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Subjects;

/// <summary>Today's legal date; works out the time zone only once a day.</summary>
internal sealed class LegalClock(Rulebook rulebook, TimeProvider time)
{
    private volatile Day _day = new(default, 0, 0);

    /// <summary>The clock that dates come from.</summary>
    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    public DateOnly Today
    {
        get
        {
            var now = time.GetUtcNow();
            var day = _day;
            if (now.UtcTicks >= day.From && now.UtcTicks < day.To)
                return day.Date;
            var date = rulebook.DateAt(now);
            // Zones may shift by the hour, so a day is taken to last only to the end of the current quarter hour.
            var quarter = TimeSpan.FromMinutes(15).Ticks;
            _day = new Day(date, now.UtcTicks / quarter * quarter, (now.UtcTicks / quarter * quarter) + quarter);
            return date;
        }
    }

    private sealed record Day(DateOnly Date, long From, long To);
}
