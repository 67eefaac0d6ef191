using System.Collections.Concurrent;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>
/// A receiver that answers 500 for a day, with the bounds of production in simulated time: the clock moves only to the next attempt, and
/// only once the sender waits for it.
/// </summary>
public sealed class FailingReceiverTests() : SubscriptionWorld(new RecordingTime())
{
    private const int Each = 7;
    private const long Unbounded = 1_000_000;
    private const double Spread = 1.1;

    private static readonly SubscriptionOptions Production = new() { AllowLoopback = true };
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromHours(1);

    private Receiver? _other;
    private Subscription? _well;
    private int _told;
    private int _attempts;

    private RecordingTime Clock => (RecordingTime)_time;

    [Invariant(13)]
    [Fact]
    public async Task Receiver_that_fails_for_a_day_is_tried_each_hour_and_then_told_each_change_once_in_order_and_holds_up_no_other()
    {
        await OpenAsync(Production with { GiveUpAfter = Day * 2 });
        var failing = await BeginAsync();
        var began = Clock.GetUtcNow();
        while (Clock.GetUtcNow() - began < Day)
            await NextAttemptAsync(failing, Unbounded);

        // 1, 3, 9, ... seconds up to an hour, and up to a tenth more: about thirty attempts, one change each but the first, which had four.
        Assert.InRange(_attempts, 25, 33);
        Assert.InRange(To.All.Count, _attempts, _attempts - 1 + Production.InFlightMax);
        Assert.Empty(To.Taken);

        // The outbox keeps what is older than readers of pages may rely on, for the one that has not been told.
        Assert.Equal(_told, (await StatusAsync(failing, _ => true)).Lag);
        Assert.Equal(_told, (await KeptAsync()).Count);

        To.Answer = Says(StatusCodes.Status204NoContent);
        Clock.AdvanceTo((await StatusAsync(failing, _ => true)).Progress.NextAttemptAt!.Value);
        var well = (await StatusAsync(failing, each => each.Lag == 0)).Progress;
        Assert.Equal((SubscriptionState.Active, (long)_told, 0), (well.State, well.Delivered, well.Attempts));
        AssertAll(1, _told);
        Assert.Equal(_told, To.Taken.Count);
        AssertAll(1, _told, _other);
        Assert.Equal(_told, _other!.All.Count);

        // Told of everything, it keeps nothing any more.
        Clock.Advance(KeepFor + KeepFor);
        await PruneAsync(Unbounded, KeepFor);
        Assert.InRange((await KeptAsync()).Count, 1, Organisations);
        await WriteAsync(1);
        await To.UntilAsync(receiver => receiver.Taken.Count == _told + 1, "the change after the recovery");
    }

    [Fact]
    public async Task Receiver_that_fails_longer_than_its_bound_is_paused_by_name_and_a_replay_tells_each_change_once_in_order()
    {
        await OpenAsync(Production);
        var failing = await BeginAsync();
        var began = Clock.GetUtcNow();
        SubscriptionProgress progress;
        do
            progress = await NextAttemptAsync(failing, Unbounded);
        while (!progress.IsPaused);

        Assert.InRange(Clock.GetUtcNow() - began, Day, Day + (Production.PauseMax * Spread));
        Assert.Equal((SubscriptionState.Paused, "Answered 500.", null), (progress.State, progress.LastError, progress.NextAttemptAt));

        // Days later nothing was sent to it and nothing of it was lost, while the other was told.
        var tried = To.All.Count;
        for (var day = 0; day < 3; day++)
        {
            Clock.Advance(Day);
            await TellOtherAsync();
            await PruneAsync(Unbounded, KeepFor);
        }

        Assert.Equal(tried, To.All.Count);
        To.Answer = Says(StatusCodes.Status200OK);
        await Engine.Subscriptions.ReplayAsync(failing.Id, null, "op", Cancellation);
        await To.UntilAsync(receiver => receiver.Taken.Count >= _told, "the last delivery");
        var well = (await StatusAsync(failing, each => each.Lag == 0)).Progress;
        Assert.Equal((SubscriptionState.Active, (long)_told), (well.State, well.Delivered));
        AssertAll(1, _told);
        Assert.Equal(_told, To.Taken.Count);
        AssertAll(1, _told, _other);
    }

    [Invariant(13)]
    [Fact]
    public async Task Outbox_of_a_failing_receiver_stays_within_its_bound_and_the_receiver_is_told_what_it_has_missed()
    {
        await OpenAsync(Production with { GiveUpAfter = Day * 2 });
        var failing = await BeginAsync();
        SubscriptionProgress progress;
        do
        {
            progress = await NextAttemptAsync(failing, _store.ShardCount * 3L);
            Assert.InRange((await KeptAsync()).Count, 1, _store.ShardCount * 3);
            Assert.InRange(_attempts, 1, 40);
        }
        while (!progress.IsPaused);

        // Not a change of the gap and none behind it is sent until somebody decides where to go on.
        Assert.StartsWith("cursor-expired: ", progress.LastError, StringComparison.Ordinal);
        Assert.Null(progress.NextAttemptAt);
        Assert.Empty(To.Taken);
        AssertAll(1, _told, _other);
        To.Answer = Says(StatusCodes.Status200OK);
        await Engine.Subscriptions.ReplayAsync(failing.Id, await Engine.Changes.NowAsync(Cancellation), "op", Cancellation);
        var from = _told + 1;
        await TellOtherAsync();
        await To.UntilAsync(receiver => receiver.Taken.Count == Each, "what comes after the replay");
        AssertAll(from, Each);
    }

    /// <summary>Two subscriptions to everything, one of a receiver that fails and one of a receiver that is well.</summary>
    private async Task<Subscription> BeginAsync()
    {
        _other = await Receiver.StartAsync();
        To.Answer = Says(StatusCodes.Status500InternalServerError);
        var (failing, _) = await SubscribeAsync();
        (_well, _) = await SubscribeAsync(to: _other);
        return failing;
    }

    /// <summary>Changes of some organisations, of which the other receiver is told while the clock stands still.</summary>
    private async Task TellOtherAsync()
    {
        await WriteAsync(Each);
        _told += Each;
        await _other!.UntilAsync(receiver => receiver.Taken.Count == _told, $"change {_told} at the receiver that is well");

        // Its sender has heard so: a clock that is moved meanwhile ends the attempt as one that took too long, and it is made again later.
        await StatusAsync(_well!, each => each.Lag == 0);
    }

    /// <summary>Lets changes come, and the failing receiver be tried the next time.</summary>
    /// <returns>How it stands once its sender waits for the attempt after that, or is paused.</returns>
    private async Task<SubscriptionProgress> NextAttemptAsync(Subscription failing, long keepMax)
    {
        var before = _attempts == 0 ? null : (await StatusAsync(failing, _ => true)).Progress;
        await TellOtherAsync();
        await PruneAsync(keepMax, keepMax == Unbounded ? KeepFor : default);
        if (before is not null)
            Clock.AdvanceTo(before.NextAttemptAt!.Value);
        var after = (await StatusAsync(failing, each => each.Progress.IsPaused || each.Progress.Attempts > _attempts)).Progress;
        if (after.IsPaused)
            return after;
        Assert.Equal(++_attempts, after.Attempts);
        var least = TimeSpan.FromSeconds(Math.Min(Math.Pow(3, _attempts - 1), Production.PauseMax.TotalSeconds));
        Assert.InRange(after.NextAttemptAt!.Value - after.LastErrorAt!.Value, least, least * Spread);
        await Clock.UntilWaitsAsync(after.NextAttemptAt.Value);
        return after;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
    }

    /// <summary>A clock that a test moves, which knows the timers that were made.</summary>
    private sealed class RecordingTime() : FakeTimeProvider(TwoPolicies.Start)
    {
        private readonly ConcurrentDictionary<long, bool> _dueMs = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero)
                _dueMs[(GetUtcNow() + dueTime).ToUnixTimeMilliseconds()] = true;
            return timer;
        }

        /// <summary>To the end of an instant's millisecond, when its timer has fired.</summary>
        public void AdvanceTo(DateTimeOffset instant) => Advance(instant - GetUtcNow() + TimeSpan.FromMilliseconds(1));

        /// <summary>Waits until a timer has been made that fires then, or within the millisecond after.</summary>
        public async Task UntilWaitsAsync(DateTimeOffset due)
        {
            for (var i = 0; !_dueMs.ContainsKey(due.ToUnixTimeMilliseconds()) && !_dueMs.ContainsKey(due.ToUnixTimeMilliseconds() + 1); i++)
            {
                Assert.True(i < 3000, $"no sender waits until {due:O}");
                await Task.Delay(10, Cancellation);
            }
        }
    }
}
