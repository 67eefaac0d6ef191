namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// Greatest sizes of a policy. The reader refuses what exceeds them, so that one assessment has a bounded cost, and its arithmetic, in
/// integers of 128 bits, stays exact (docs/rulebook.md, "Bounds").
/// </summary>
public static class PolicyBounds
{
    /// <summary>Sets of grades are the bits of one word.</summary>
    public const int GradesMax = 64;

    public const int IndicatorsMax = 100;

    public const int LimitsMax = 50;

    /// <summary>Entries of the policy's <c>measures</c>.</summary>
    public const int TriggersMax = 200;

    /// <summary>Levels of one indicator.</summary>
    public const int LevelsMax = 100;

    /// <summary>Entries of one indicator's <c>per</c>.</summary>
    public const int PerMax = 8;

    /// <summary>Steps of one indicator's <c>fade</c>.</summary>
    public const int FadeStepsMax = 24;

    /// <summary>Values of one key of a match.</summary>
    public const int MatchValuesMax = 200;

    /// <summary>Conditions on records of all matters together.</summary>
    public const int MatterRecordsMax = 200;

    /// <summary>
    /// The most milli-points that one record may bring to one indicator, 10^21 points. With 2^31 records and a repetition of 10,000 % the
    /// sum is below 2^127.
    /// </summary>
    public static readonly Int128 RecordPointsMilli = (Int128)1_000_000_000_000 * 1_000_000_000_000;

    /// <summary>
    /// The most milli-points, in size, that a record can bring to an indicator: an amount holds at most 2^63 millionths, and a count 2^31.
    /// </summary>
    public static Int128 RecordPointsOf(Indicator indicator)
    {
        ArgumentNullException.ThrowIfNull(indicator);
        var most = Int128.Abs(indicator.PointsMilli)
            + indicator.LevelsMilli.Values.Select(points => Int128.Abs(points)).DefaultIfEmpty(0).Max();
        foreach (var per in indicator.Per)
        {
            var value = per.Of == "amount" ? (Int128)1 << 63 : ((Int128)1 << 31) * 1_000_000;
            var unlimited = ((value / Math.Max(1, per.UnitMicro)) + 1) * Int128.Abs(per.PointsMilli);
            most += per.LimitMilli is { } limit ? Int128.Min(unlimited, Int128.Abs(limit)) : unlimited;
        }

        return most;
    }
}
