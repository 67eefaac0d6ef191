namespace CreditGrains.Testing;

/// <summary>The real time, moved ahead as far as a test says; it runs on from there.</summary>
public sealed class MovedTime : TimeProvider
{
    private long _ahead;

    /// <summary>Moves on; never back, which sessions and cases would not survive.</summary>
    public void GoOn(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
}
