using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Recomputation;

namespace CreditGrains.Engine.Tests.Recomputation;

/// <summary>A run gives way to checks by their 99th percentile.</summary>
public sealed class AdaptiveThrottleTests
{
    private static readonly RecomputationThrottle Wide = new(1, 0, 60_000);

    [Fact]
    public async Task Run_that_nobody_asks_beside_takes_what_there_is()
    {
        using var throttle = new AdaptiveThrottle(new RecomputationOptions(), () => Wide, new(TimeProvider.System), TimeProvider.System);
        Assert.False(throttle.IsGentle);
        Assert.Equal(1, throttle.Share);
        Assert.Equal(TimeSpan.Zero, throttle.RestAfter(TimeSpan.FromMilliseconds(10)));
        var gate = new TaskCompletionSource<bool>();
        var first = throttle.StepAsync(() => gate.Task, TestContext.Current.CancellationToken);
        Assert.True(await throttle.StepAsync(() => Task.FromResult(true), TestContext.Current.CancellationToken));
        gate.SetResult(true);
        Assert.True(await first);
    }

    [Fact]
    public async Task Steps_beside_checks_come_one_after_the_other_and_rest()
    {
        var latency = Asked();
        using var throttle = new AdaptiveThrottle(new RecomputationOptions(), () => Wide, latency, TimeProvider.System);
        Assert.True(throttle.IsGentle);
        Assert.True(throttle.Share < 0.5);
        Assert.True(throttle.RestAfter(TimeSpan.FromMilliseconds(10)) > TimeSpan.FromMilliseconds(10));
        var (running, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => throttle.StepAsync(
            async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                latency.Add(TimeSpan.FromMilliseconds(1));
                await Task.Delay(2, TestContext.Current.CancellationToken);
                return Interlocked.Decrement(ref running);
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Run_slows_down_while_checks_are_slower_than_before_it_and_speeds_up_again()
    {
        var latency = Asked();
        using var throttle = new AdaptiveThrottle(
            new RecomputationOptions { LiveLatencyRatioMax = 4 }, () => Wide, latency, TimeProvider.System);

        // Two of a hundred take twenty times as long as any did before: far below the bound of a minute.
        await UntilAsync(() => throttle.Share < 0.03, latency, slow: 20);
        Assert.True(throttle.RestAfter(TimeSpan.FromMilliseconds(10)) > TimeSpan.FromMilliseconds(100));
        await UntilAsync(() => throttle.Share > 0.1, latency, slow: 1);
    }

    [Fact]
    public async Task Run_slows_down_while_checks_take_longer_than_the_bound()
    {
        var latency = new CheckLatency(TimeProvider.System);
        using var throttle = new AdaptiveThrottle(
            new RecomputationOptions { LiveLatencyRatioMax = 1e9 }, () => Wide with { LiveLatencyMsMax = 1000 }, latency,
            TimeProvider.System);
        await UntilAsync(() => throttle.Share < 0.03, latency, slow: 2000);
        await UntilAsync(() => throttle.Share == 1, latency, slow: 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 100)]
    public void P99_is_what_one_of_a_hundred_exceeds(int slow, int expectedMs)
    {
        var latency = new CheckLatency(TimeProvider.System);
        var before = latency.Snapshot();
        for (var check = 0; check < 1000; check++)
            latency.Add(TimeSpan.FromMilliseconds(check < slow ? 100 : 1));
        var p99 = CheckLatency.P99Ms(latency.Snapshot(), before, 1)!.Value;
        Assert.InRange(p99, expectedMs, expectedMs * 1.26);
        Assert.Null(CheckLatency.P99Ms(latency.Snapshot(), before, 1001));
    }

    [Fact]
    public void Idle_p99_begins_anew_when_a_run_ends()
    {
        var latency = new CheckLatency(TimeProvider.System);
        for (var check = 0; check < 200; check++)
            latency.Add(TimeSpan.FromMilliseconds(50));
        Assert.InRange(latency.BeginRun()!.Value, 50, 63);
        latency.EndRun();
        Assert.Null(latency.BeginRun());
        latency.EndRun();
        for (var check = 0; check < 200; check++)
            latency.Add(TimeSpan.FromMicroseconds(300));
        Assert.InRange(latency.BeginRun()!.Value, 0.3, 0.38);
    }

    [Fact]
    public void Checks_beside_one_of_two_runs_are_no_measure_of_idle_ones()
    {
        var latency = Asked();
        var idle = latency.BeginRun();
        for (var check = 0; check < 200; check++)
            latency.Add(TimeSpan.FromMilliseconds(50));
        Assert.Equal(idle, latency.BeginRun());
        latency.EndRun();
        Assert.Equal(idle, latency.BeginRun());
        latency.EndRun();
        latency.EndRun();
        Assert.Null(latency.BeginRun());
    }

    private static CheckLatency Asked()
    {
        var latency = new CheckLatency(TimeProvider.System);
        for (var check = 0; check < 1000; check++)
            latency.Add(TimeSpan.FromMilliseconds(1));
        return latency;
    }

    private static async Task UntilAsync(Func<bool> isSo, CheckLatency latency, int slow)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var check = 0; !isSo(); check++)
        {
            latency.Add(TimeSpan.FromMilliseconds(check % 50 == 0 ? slow : 1));
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
