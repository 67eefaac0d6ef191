namespace CreditGrains.Benchmarks;

/// <summary>Waiting for what a server does by itself after its start.</summary>
public static class Warming
{
    private const int LookEveryMs = 500;
    private const int StandsStill = 4;

    /// <summary>Waits until the stored subjects are in memory, or no more come.</summary>
    /// <returns>The share of the subjects that is there.</returns>
    public static async Task<double> WaitWarmAsync(this IServed server, int subjects)
    {
        ArgumentNullException.ThrowIfNull(server);
        for (var (before, still) = (-1, 0); ;)
        {
            var warm = (await server.StatusAsync()).WarmSubjects;
            still = warm == before ? still + 1 : 0;
            if (warm >= subjects || still == StandsStill)
                return (double)warm / subjects;
            before = warm;
            await Task.Delay(LookEveryMs);
        }
    }
}
