using System.Diagnostics.Metrics;
using System.Numerics;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// How long checks take: a histogram in steps of a quarter of a power of two, from a microsecond on. Taking note of one costs two readings
/// of the clock and one atomic increment, and allocates nothing.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="durations">Told of each, where somebody listens.</param>
public sealed class CheckLatency(TimeProvider time, Histogram<double>? durations = null)
{
    private const int StepsBits = 2;
    private const int Steps = 1 << StepsBits;
    private const int Buckets = 40 * Steps;
    private const int IdleChecksMin = 100;

    private readonly long[] _counts = new long[Buckets];
    private readonly Lock _runLock = new();
    private long[] _sinceRun = new long[Buckets];
    private int _runs;
    private double? _idleP99Ms;
    private long _last;

    /// <summary>To be given to <see cref="End"/>.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>A check that began then has been answered.</summary>
    public void End(long begun)
    {
        var now = time.GetTimestamp();
        var taken = time.GetElapsedTime(begun, now);
        Add(taken, now);
        if (durations is { Enabled: true })
            durations.Record(taken.TotalSeconds);
    }

    /// <summary>
    /// Bulk work begins. What is answered while a recomputation, a list or both are under way is beside them, and no measure of idle
    /// checks.
    /// </summary>
    /// <returns>
    /// The 99th percentile since the last time that there was none, in milliseconds; null where too few were answered.
    /// </returns>
    internal double? BeginRun()
    {
        lock (_runLock)
        {
            if (_runs++ == 0)
                _idleP99Ms = P99Ms(Snapshot(), _sinceRun, IdleChecksMin);
            return _idleP99Ms;
        }
    }

    /// <summary>Bulk work has ended: what comes from now on is no longer beside it.</summary>
    internal void EndRun()
    {
        lock (_runLock)
        {
            if (--_runs == 0)
                _sinceRun = Snapshot();
        }
    }

    /// <summary>Whether a check was answered not longer ago than that.</summary>
    internal bool IsAskedWithin(TimeSpan span) =>
        Volatile.Read(ref _last) is var last and not 0 && time.GetElapsedTime(last) <= span;

    internal void Add(TimeSpan taken) => Add(taken, time.GetTimestamp());

    private void Add(TimeSpan taken, long now)
    {
        Volatile.Write(ref _last, now);
        var microseconds = (ulong)Math.Max(1, taken.Ticks / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref _counts[Math.Min(BucketOf(microseconds), Buckets - 1)]);
    }

    internal long[] Snapshot() => (long[])_counts.Clone();

    /// <summary>The 99th percentile of what lies between two snapshots: the upper end of its step. Null for fewer than so many.</summary>
    internal static double? P99Ms(long[] now, long[] before, int checksMin)
    {
        var total = 0L;
        for (var i = 0; i < Buckets; i++)
            total += now[i] - before[i];
        if (total < checksMin)
            return null;
        var above = total / 100;
        for (var i = Buckets - 1; ; i--)
        {
            above -= now[i] - before[i];
            if (above < 0 || i == 0)
                return UpperEndOf(i) / 1000.0;
        }
    }

    private static int BucketOf(ulong microseconds)
    {
        var power = BitOperations.Log2(microseconds);
        var step = power < StepsBits ? 0 : (int)(microseconds >> (power - StepsBits)) & (Steps - 1);
        return (power * Steps) + step;
    }

    private static double UpperEndOf(int bucket) => Math.Pow(2, bucket / Steps) * (1 + ((bucket % Steps) + 1) / (double)Steps);
}

/// <summary>The 99th percentile of the checks of the last second or so, for one who asks regularly.</summary>
internal sealed class RecentLatency(CheckLatency latency)
{
    private const int Remembered = 16;
    private const int ChecksMin = 20;
    private readonly Queue<long[]> _snapshots = new();

    /// <summary>Null where too few were answered.</summary>
    public double? P99Ms()
    {
        var now = latency.Snapshot();
        var before = _snapshots.Count > 0 ? _snapshots.Peek() : now;
        _snapshots.Enqueue(now);
        if (_snapshots.Count > Remembered)
            _snapshots.Dequeue();
        return CheckLatency.P99Ms(now, before, ChecksMin);
    }
}
