namespace CreditGrains.Domain.Assessment;

/// <summary>
/// The day so many months after another, or the last day of the month where that is shorter. Every rule asks it of every record under a
/// tier, so days of our time are remembered.
/// </summary>
/// <param name="months">How many; at least 0.</param>
internal sealed class MonthsAhead(int months)
{
    private static readonly int First = new DateOnly(2000, 1, 1).DayNumber;
    private static readonly int End = new DateOnly(2050, 1, 1).DayNumber;

    /// <summary>By day since the first; 0 for not yet. Threads that meet here write the same.</summary>
    private readonly int[] _known = new int[End - First];

    /// <summary>The day, or <see cref="RecordEntry.Never"/> where the calendar ends before it.</summary>
    public int Of(int day)
    {
        var place = day - First;
        if ((uint)place >= (uint)_known.Length)
            return Reckon(day);
        var known = _known[place];
        return known != 0 ? known : _known[place] = Reckon(day);
    }

    private int Reckon(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return date.Year + (months / 12) >= DateOnly.MaxValue.Year - 1 ? RecordEntry.Never : date.AddMonths(months).DayNumber;
    }
}
