using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// How fast a run goes: a recomputation, a list of checks, the sweep of a new day, a counting. Alone it takes what there is. While checks
/// are asked it makes one step at a time, small ones, and rests after each; the share of time that it works halves while live requests are
/// slow and grows while they are not. What a run takes away from a request is the processor when it wakes up to serve, so that is what is
/// listened for: how much later than asked a sleeper wakes up, beside what the checks themselves take. Slow is what is longer than the
/// bound, or than so many times as before the run.
/// </summary>
internal sealed class AdaptiveThrottle : IWorkPace
{
    private const double ShareMin = 0.02;

    /// <summary>The first share of time beside checks.</summary>
    private const double ShareFirst = 0.1;
    private const double Growth = 1.1;

    /// <summary>
    /// Below this many milliseconds a sleeper is not late, since it is now and then anyway, nor a check slow beside a run.
    /// </summary>
    private const double NotSlowMs = 2;
    private const int Samples = 256;
    private const int SamplesToAdapt = 32;
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskedLately = TimeSpan.FromSeconds(1);

    private readonly RecomputationOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<RecomputationThrottle> _throttle;
    private readonly CheckLatency _latency;
    private readonly RecentLatency _recent;
    private readonly double? _idleCheckMs;
    private readonly double _checkNotSlowMs;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly double[] _delays = new double[Samples];
    private volatile TaskCompletionSource? _listening;
    private volatile bool _isOver;
    private volatile bool _isAsked;
    private int _toListen;
    private double? _idleDelayMs;
    private double _share;
    private long _rests;

    /// <summary>
    /// Share of the time of what begins with a day, the sweep and the counting, beside checks: they need not be over soon, and what they
    /// allocate stops every check while it is collected (day-change: 6.4 times the idle 99th percentile at full speed).
    /// </summary>
    internal const double DayShareMax = 0.3;

    /// <summary>Of work that has no bounds of its own.</summary>
    /// <param name="options">Source of the latency of live requests.</param>
    /// <param name="latency">How long checks take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="checkNotSlowMs">Below this many milliseconds checks are not slow.</param>
    /// <param name="askedShareMax">Most of the time that it works while checks are asked.</param>
    public AdaptiveThrottle(
        RecomputationOptions options, CheckLatency latency, TimeProvider time, double checkNotSlowMs = NotSlowMs, double askedShareMax = 1)
        : this(
            options,
            () => new RecomputationThrottle(latency.IsAskedWithin(AskedLately) ? askedShareMax : 1, 0, options.LiveLatencyMsMax),
            latency, time, checkNotSlowMs)
    {
    }

    /// <param name="options">Source of the latency of live requests.</param>
    /// <param name="throttle">The bounds of the moment.</param>
    /// <param name="latency">How long checks take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="checkNotSlowMs">Below this many milliseconds checks are not slow.</param>
    public AdaptiveThrottle(
        RecomputationOptions options, Func<RecomputationThrottle> throttle, CheckLatency latency, TimeProvider time,
        double checkNotSlowMs = NotSlowMs)
    {
        _checkNotSlowMs = checkNotSlowMs;
        _latency = latency;
        _recent = new RecentLatency(latency);
        _idleCheckMs = latency.BeginRun();
        _time = time;
        _options = options;
        _throttle = throttle;
        _isAsked = latency.IsAskedWithin(AskedLately);
        _share = Math.Min(_isAsked ? ShareFirst : 1, throttle().CpuShareMax);
        if (_isAsked)
            BeginListening();
        _ = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The share of its time that the run may work now.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>How often it has rested after a step.</summary>
    public long Rests => Interlocked.Read(ref _rests);

    /// <summary>Whether checks were asked lately on this node.</summary>
    public bool IsAsked => _isAsked;

    /// <summary>Whether steps are to be small, since others are served or the run may take a part only.</summary>
    public bool IsGentle => _isAsked || Share < 1;

    /// <summary>Makes a step of the run: at once, or, where it is to be gentle, beside no other and with a rest after it.</summary>
    public async Task<T> StepAsync<T>(Func<Task<T>> step, CancellationToken cancellation)
    {
        if (_listening is { } listening)
            await listening.Task.WaitAsync(cancellation).ConfigureAwait(false);
        if (!IsGentle)
            return await step().ConfigureAwait(false);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var begun = _time.GetTimestamp();
            var result = await step().ConfigureAwait(false);
            if (RestAfter(_time.GetElapsedTime(begun)) is { Ticks: > 0 } rest)
            {
                Interlocked.Increment(ref _rests);
                await Task.Delay(rest, cancellation).ConfigureAwait(false);
            }

            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How long to rest after so much work; a second at most, however long a step has waited for the store.</summary>
    public TimeSpan RestAfter(TimeSpan worked) => Share is var share and < 1
        ? TimeSpan.FromTicks((long)Math.Min(worked.Ticks * (1 - share) / share, RestMax.Ticks))
        : TimeSpan.Zero;

    /// <summary>The run is over, or stops: checks from now on are no longer beside it.</summary>
    public void Dispose()
    {
        _isOver = true;
        _latency.EndRun();
    }

    private void Listen()
    {
        try
        {
            for (var sample = 1; !_isOver; sample++)
            {
                var asleep = _time.GetTimestamp();
                Thread.Sleep(Nap);
                _delays[sample % Samples] = Math.Max(0, (_time.GetElapsedTime(asleep) - Nap).TotalMilliseconds);
                if (_listening is { } listening && --_toListen == 0)
                {
                    _idleDelayMs = DelayMs();
                    _listening = null;
                    listening.SetResult();
                }

                if (_listening is null && sample % SamplesToAdapt == 0)
                    Adapt();
            }
        }
        finally
        {
            _listening?.TrySetResult();
        }
    }

    /// <summary>Beside checks the run goes on only when it is known how things are without it.</summary>
    private void BeginListening()
    {
        _toListen = Samples;
        _listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Adapt()
    {
        var throttle = _throttle();
        _isAsked = _latency.IsAskedWithin(AskedLately);
        if (_isAsked && _idleDelayMs is null)
        {
            Volatile.Write(ref _share, Math.Min(ShareFirst, throttle.CpuShareMax));
            BeginListening();
            return;
        }

        var checks = _options.LiveLatencyMs?.Invoke() ?? _recent.P99Ms();
        var delay = DelayMs();
        var slow = Math.Max(checks ?? 0, delay) > throttle.LiveLatencyMsMax
            || IsSlow(checks, _idleCheckMs, _checkNotSlowMs)
            || (_isAsked && IsSlow(delay, _idleDelayMs, NotSlowMs));
        var share = slow ? Math.Max(ShareMin, _share / 2) : _share * Growth;
        Volatile.Write(ref _share, Math.Min(share, throttle.CpuShareMax));
    }

    private bool IsSlow(double? ms, double? idleMs, double notSlowMs) => ms > notSlowMs && ms > idleMs * _options.LiveLatencyRatioMax;

    /// <summary>About the 99th percentile of the delays listened to.</summary>
    private double DelayMs()
    {
        Span<double> longest = stackalloc double[3];
        longest.Clear();
        foreach (var delay in _delays)
        {
            if (delay <= longest[0])
                continue;
            longest[0] = delay;
            longest.Sort();
        }

        return longest[0];
    }
}
