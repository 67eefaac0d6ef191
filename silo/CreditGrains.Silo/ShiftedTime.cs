namespace CreditGrains.Silo;

/// <summary>
/// A clock that differs from another one by a span, and only ever jumps forward. Its timers run as the other's do.
/// </summary>
/// <param name="time">The other clock.</param>
/// <param name="ahead">By how much it is ahead to begin with; negative where it is behind.</param>
internal sealed class ShiftedTime(TimeProvider time, TimeSpan ahead) : TimeProvider
{
    private long _ahead = ahead.Ticks;

    public TimeSpan Ahead => new(Interlocked.Read(ref _ahead));

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    /// <summary>Jumps to the same time of the next day.</summary>
    public void NextDay() => Interlocked.Add(ref _ahead, TimeSpan.TicksPerDay);

    /// <summary>Jumps to the other clock's time, where this one is behind it.</summary>
    public void CatchUp() => Interlocked.Exchange(ref _ahead, Math.Max(0, Interlocked.Read(ref _ahead)));

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
