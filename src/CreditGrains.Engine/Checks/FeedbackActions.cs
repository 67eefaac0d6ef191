namespace CreditGrains.Engine.Checks;

/// <summary>Acts that can be fed back, as they stand on the wire.</summary>
public static class FeedbackActions
{
    /// <summary>The measure was applied.</summary>
    public const string Applied = "applied";

    /// <summary>The measure was not applied, or the incentive not granted; the note says why.</summary>
    public const string NotApplied = "not-applied";

    /// <summary>The incentive was granted.</summary>
    public const string IncentiveGranted = "incentive-granted";

    /// <summary>Acts on a measure of a class.</summary>
    public static IReadOnlyList<string> Of(Domain.Rulebooks.MeasureClass measureClass) =>
        measureClass == Domain.Rulebooks.MeasureClass.Incentive ? [IncentiveGranted, NotApplied] : [Applied, NotApplied];
}
