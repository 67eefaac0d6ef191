namespace CreditGrains.Engine.Sources;

/// <summary>
/// How long after its decision the first revision of each accepted record was received, counted in four classes. Registrations,
/// corrections and withdrawals are not counted.
/// </summary>
/// <param name="Week">Within 7 days.</param>
/// <param name="Month">Within 30 days.</param>
/// <param name="Later">Later than that.</param>
/// <param name="Undated">Records without a date.</param>
public readonly record struct FeedDelays(long Week, long Month, long Later, long Undated)
{
    private const int WeekDays = 7;
    private const int MonthDays = 30;

    /// <summary>With one record more.</summary>
    /// <param name="decidedOn">Its date; null for none.</param>
    /// <param name="receivedOn">The legal date of its receipt.</param>
    public FeedDelays With(DateOnly? decidedOn, DateOnly receivedOn) => (receivedOn.DayNumber - decidedOn?.DayNumber) switch
    {
        null => this with { Undated = Undated + 1 },
        <= WeekDays => this with { Week = Week + 1 },
        <= MonthDays => this with { Month = Month + 1 },
        _ => this with { Later = Later + 1 },
    };

    /// <summary>Both together.</summary>
    public FeedDelays Plus(FeedDelays other) =>
        new(Week + other.Week, Month + other.Month, Later + other.Later, Undated + other.Undated);
}
