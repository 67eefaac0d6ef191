using CreditGrains.Engine.Checks;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// How much of the processors a run takes: the share halves while live checks are slow and grows back while they are not. Slow is what
/// takes longer than the bound, or than so many times as before the run. Where few checks are made, it counts how long work waits for a
/// thread of this process, which is what a run takes away.
/// </summary>
internal sealed class RecomputationPace : IDisposable
{
    private const double ShareMin = 0.05;

    /// <summary>Below this many milliseconds no check is slow, however fast they were before.</summary>
    private const double NotSlowMs = 1;
    private const int Samples = 128;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(5);

    private readonly RecomputationOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<RecomputationThrottle> _throttle;
    private readonly CancellationTokenSource _stop = new();
    private readonly double[] _waits = new double[Samples];
    private readonly RecentLatency _recent;
    private readonly double? _idleMs;
    private double _share;

    /// <param name="options">Who says how slow live requests are.</param>
    /// <param name="throttle">The bounds of the moment.</param>
    /// <param name="latency">How long checks take.</param>
    /// <param name="time">The clock.</param>
    public RecomputationPace(
        RecomputationOptions options, Func<RecomputationThrottle> throttle, CheckLatency latency, TimeProvider time)
    {
        _recent = new RecentLatency(latency);
        _idleMs = latency.IdleP99Ms();
        _time = time;
        _options = options;
        _throttle = throttle;
        _share = throttle().CpuShareMax;
        _ = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>The share of its time that a thread may evaluate now.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>After so much work: rests as long as the share asks for. On a thread of its own.</summary>
    public void Rest(TimeSpan worked)
    {
        var share = Share;
        if (share < 1)
            Thread.Sleep(TimeSpan.FromTicks((long)(worked.Ticks * (1 - share) / share)) + TimeSpan.FromMicroseconds(50));
    }

    /// <summary>How long to rest after so much work, for who waits without a thread.</summary>
    public TimeSpan RestAfter(TimeSpan worked) =>
        Share is var share and < 1 ? TimeSpan.FromTicks((long)(worked.Ticks * (1 - share) / share)) : TimeSpan.Zero;

    public void Dispose() => _stop.Cancel();

    private async Task WatchAsync()
    {
        using var stop = _stop;
        try
        {
            for (var sample = 0; ; sample++)
            {
                await Task.Delay(SampleEvery, stop.Token).ConfigureAwait(false);
                var queued = _time.GetTimestamp();
                await Task.Yield();
                _waits[sample % Samples] = _time.GetElapsedTime(queued).TotalMilliseconds;
                if (sample % 16 == 15)
                    Adapt();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Adapt()
    {
        var throttle = _throttle();
        var checks = _options.LiveLatencyMs?.Invoke() ?? _recent.P99Ms();
        var slow = (checks ?? SecondLongest()) > throttle.LiveLatencyMsMax
            || (checks > NotSlowMs && checks > _idleMs * _options.LiveLatencyRatioMax);
        var share = slow ? Math.Max(ShareMin, _share / 2) : _share * 1.25;
        Volatile.Write(ref _share, Math.Min(share, throttle.CpuShareMax));
    }

    /// <summary>Of 128 samples about the 99th percentile.</summary>
    private double SecondLongest()
    {
        var (longest, second) = (0.0, 0.0);
        foreach (var wait in _waits)
        {
            if (wait > longest)
                (longest, second) = (wait, longest);
            else if (wait > second)
                second = wait;
        }

        return second;
    }
}
