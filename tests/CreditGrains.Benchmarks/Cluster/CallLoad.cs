using System.Diagnostics;

namespace CreditGrains.Benchmarks.Cluster;

/// <summary>Calls of this process, at a given rate or as fast as they go.</summary>
internal static class CallLoad
{
    /// <summary>Begins calls at a given rate, whatever has become of those before (open loop).</summary>
    public static async Task<LoadResult> AtAsync(double rate, double seconds, Func<int, Task> call)
    {
        var latencies = new double[(int)(rate * seconds)];
        var calls = new Task[latencies.Length];
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls.Length; i++)
        {
            while (Stopwatch.GetElapsedTime(began).TotalSeconds * rate < i)
                await Task.Delay(1);
            calls[i] = OneAsync(i, i, latencies, call);
        }

        await Task.WhenAll(calls);
        return ResultOf(latencies, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Workers side by side, each with its next call when the one before is answered (closed loop).</summary>
    public static async Task<LoadResult> AsFastAsync(int workers, double seconds, Func<int, Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var latencies = new List<double>(100_000);
            var one = new double[1];
            for (var i = worker * 100_003; Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; i++)
            {
                await OneAsync(i, 0, one, call);
                latencies.Add(one[0]);
            }

            return latencies;
        })));
        return ResultOf([.. runs.SelectMany(run => run)], Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Every call once, so many at once.</summary>
    /// <returns>Calls per second.</returns>
    public static async Task<double> OnceAsync(int count, int workers, Func<int, Task> call)
    {
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                await call(i);
        })));
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task OneAsync(int number, int place, double[] latencies, Func<int, Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        await call(number);
        latencies[place] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static LoadResult ResultOf(double[] latencies, double seconds)
    {
        Array.Sort(latencies);
        return new LoadResult(latencies.Length / seconds, latencies[latencies.Length / 2], latencies[(int)(latencies.Length * 0.99)]);
    }
}
