namespace CreditGrains.Benchmarks;

/// <summary>Waiting for what a server does by itself after its start.</summary>
public static class Warming
{
    private const int LookEveryMs = 500;
    private const int StandsStill = 24;

    /// <summary>Waits until the stored subjects are in memory, and copied to the other nodes of a cluster, or no more come.</summary>
    /// <returns>The share of the subjects that is there.</returns>
    public static async Task<double> WaitWarmAsync(this IServed server, int subjects)
    {
        ArgumentNullException.ThrowIfNull(server);
        for (var (before, still) = (-1, 0); ;)
        {
            var status = await server.StatusAsync();
            var warm = status.WarmSubjects + status.Copies;
            still = warm == before ? still + 1 : 0;
            if (warm >= subjects * (long)server.Addresses.Count || still == StandsStill)
                return (double)status.WarmSubjects / subjects;
            before = warm;
            await Task.Delay(LookEveryMs);
        }
    }
}
