namespace CreditGrains.Engine.Recomputation;

/// <summary>How much a run may take away from live requests; may be changed while one is under way.</summary>
/// <param name="CpuShareMax">Most of the time that a run works, above 0 and at most 1.</param>
/// <param name="SubjectsPerSecondMax">Most subjects a second; 0 for no bound.</param>
/// <param name="LiveLatencyMsMax">While live requests take longer than this at their 99th percentile, the run gives way.</param>
public sealed record RecomputationThrottle(double CpuShareMax, int SubjectsPerSecondMax, double LiveLatencyMsMax)
{
    /// <summary>Whether every number is one that a run can keep to.</summary>
    public bool IsValid => CpuShareMax is > 0 and <= 1 && SubjectsPerSecondMax >= 0 && LiveLatencyMsMax is > 0 and <= 60_000;
}
