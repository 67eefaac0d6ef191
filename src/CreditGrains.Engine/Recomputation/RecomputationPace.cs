namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// How much of the processors a run takes: the share halves while live requests are slow and grows back while they are not. Without
/// anybody who tells how slow they are, it measures how long work waits for a thread of this process, which is what a run takes away.
/// </summary>
internal sealed class RecomputationPace : IDisposable
{
    private const double ShareMin = 0.05;
    private const int Samples = 128;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(5);

    private readonly RecomputationOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly double[] _waits = new double[Samples];
    private double _share;

    public RecomputationPace(RecomputationOptions options, TimeProvider time)
    {
        _time = time;
        _options = options;
        _share = options.CpuShareMax;
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
        var slow = (_options.LiveLatencyMs?.Invoke() ?? SecondLongest()) > _options.LiveLatencyMsMax;
        var share = slow ? Math.Max(ShareMin, _share / 2) : Math.Min(_options.CpuShareMax, _share * 1.25);
        Volatile.Write(ref _share, Math.Min(share, _options.CpuShareMax));
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
