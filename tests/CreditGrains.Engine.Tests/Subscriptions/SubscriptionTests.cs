using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;
using Microsoft.AspNetCore.Http;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>
/// Changes that a subscription wants reach its receiver at least once, those of a subject in order, whatever fails in between.
/// </summary>
public sealed class SubscriptionTests : SubscriptionWorld
{
    [Fact]
    public async Task Changes_arrive_signed_once_and_in_order_while_all_is_well()
    {
        await OpenAsync();
        await WriteAsync(20);
        var (subscription, secret) = await SubscribeAsync();
        await WriteAsync(100);
        await To.UntilAsync(receiver => receiver.Taken.Count == 100, "the last delivery");
        AssertAll(21, 100);
        Assert.Equal(100, To.All.Count);
        foreach (var received in To.All)
        {
            received.AssertSigned(secret);
            Assert.Equal(("POST", "application/cloudevents+json; charset=utf-8"), (received.Method, received.ContentType));
            var read = received.Read();
            Assert.Equal((received.Id, received.Subject, "creditgrains.subject.grade"), (read.Id, read.Subject, read.Type));
            Assert.Equal(received.Event.GetProperty("data").GetRawText(), read.Data!.ToString());
            Assert.InRange(
                TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(received.Timestamp, null), 0, 300);
        }

        var status = await StatusAsync(subscription, each => each.Lag == 0);
        var progress = status.Progress;
        Assert.Equal((SubscriptionState.Active, 100L, 0), (progress.State, progress.Delivered, progress.Attempts));
        Assert.NotNull(progress.LastDeliveryAt);
    }

    [Fact]
    public async Task Crash_in_the_middle_loses_nothing_and_repeats_under_the_same_ids()
    {
        await OpenAsync();
        var (subscription, secret) = await SubscribeAsync();
        To.Answer = (_, context) => Task.Delay(1, context.RequestAborted);
        await WriteAsync(300);
        for (var crash = 1; crash <= 5; crash++)
        {
            var wanted = crash * 45;
            await To.UntilAsync(receiver => receiver.Taken.Count >= wanted, $"delivery {wanted}");
            await Engine.AbandonAsync();
            _store = _store.Reopen();
            await OpenAsync();
        }

        await To.UntilAsync(receiver => receiver.Taken.DistinctBy(received => received.Id).Count() == 300, "the last delivery");
        AssertAll(1, 300);
        Assert.True(To.Taken.Count > 300, "no crash was in the middle of a page");
        Assert.InRange(To.Taken.Count, 301, 300 + (5 * 11));
        Assert.All(
            To.Taken.GroupBy(received => received.Id),
            same => Assert.Single(same.DistinctBy(each => Encoding.UTF8.GetString(each.Body))));
        Assert.All(To.All, received => received.AssertSigned(secret));
        Assert.Equal(0, (await StatusAsync(subscription, each => each.Lag == 0)).Progress.Attempts);
    }

    [Fact]
    public async Task Stop_and_start_repeat_a_page_at_most()
    {
        await OpenAsync();
        await SubscribeAsync();
        await WriteAsync(60);
        await To.UntilAsync(receiver => receiver.Taken.Count >= 25, "delivery 25");
        await Engine.DisposeAsync();
        await OpenAsync();
        await To.UntilAsync(receiver => receiver.Taken.DistinctBy(received => received.Id).Count() == 60, "the last delivery");
        AssertAll(1, 60);

        // Deliveries under way at the stop may have been accepted, and those taken behind one of them are not kept.
        Assert.InRange(To.Taken.Count, 60, 60 + Quick.Page);
    }

    [Invariant(9)]
    [Fact]
    public async Task Receiver_that_fails_is_tried_again_and_gets_everything_in_order()
    {
        await OpenAsync();
        var begin = await Engine.Changes.NowAsync(Cancellation);
        var isDown = true;
        var random = new Random(7);
        To.Answer = (_, context) =>
        {
            context.Response.StatusCode = Volatile.Read(ref isDown) || random.Next(5) == 0 ? StatusCodes.Status503ServiceUnavailable : 204;
            return Task.CompletedTask;
        };
        await WriteAsync(40);
        var (subscription, _) = await SubscribeAsync(from: begin);
        var failing = await StatusAsync(subscription, each => each.Progress.Attempts > 2);
        Assert.Equal((SubscriptionState.Failing, "Answered 503.", 40L), (failing.Progress.State, failing.Progress.LastError, failing.Lag));
        Assert.NotNull(failing.Progress.FailingSince);
        Assert.NotNull(failing.Progress.NextAttemptAt);
        Assert.InRange(To.All.DistinctBy(received => received.Id).Count(), 1, Quick.InFlightMax);
        Volatile.Write(ref isDown, false);
        await To.UntilAsync(receiver => receiver.Taken.Count == 40, "the last delivery");
        AssertAll(1, 40);
        var well = await StatusAsync(subscription, each => each.Lag == 0);
        Assert.Equal((SubscriptionState.Active, 40L, null), (well.Progress.State, well.Progress.Delivered, well.Progress.FailingSince));
        Assert.Equal("Answered 503.", well.Progress.LastError);

        // One entry of the access log for each change delivered, however many attempts it took.
        await Engine.Access.FlushAsync(Cancellation);
        var entries = await _store.AccessLog.ReadAsync(new SubjectId(TwoPolicies.Name(0)), null, 100, Cancellation);
        Assert.Equal(To.Taken.Count(received => received.Subject == TwoPolicies.Name(0)), entries.Count);
        Assert.All(entries, entry => Assert.Equal(
            ("op", "credit report", "subscription", subscription.Id), (entry.Actor, entry.Purpose, entry.Operation, entry.Reference)));
    }

    [Fact]
    public async Task Receiver_that_fails_for_too_long_is_paused_until_a_replay()
    {
        await OpenAsync(Quick with { GiveUpAfter = TimeSpan.FromMilliseconds(400) });
        var (subscription, _) = await SubscribeAsync();
        To.Answer = Says(StatusCodes.Status500InternalServerError);
        await WriteAsync(5);
        var paused = await StatusAsync(subscription, each => each.Progress.State == SubscriptionState.Paused);
        Assert.Equal(("Answered 500.", null, 5L), (paused.Progress.LastError, paused.Progress.NextAttemptAt, paused.Lag));
        Assert.True(paused.Progress.Attempts > 1);
        var tried = To.All.Count;
        await Engine.DisposeAsync();
        To.Answer = Says(StatusCodes.Status200OK);
        await OpenAsync();
        await WriteBesideAWitnessAsync(3);
        Assert.Equal(tried, To.All.Count);
        Assert.Equal(SubscriptionState.Paused, (await StatusAsync(subscription, _ => true)).Progress.State);

        var replayed = await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        Assert.Equal(2, replayed!.Turn);
        await To.UntilAsync(receiver => receiver.Taken.Count == 8, "the last delivery");
        AssertAll(1, 8);
        Assert.Equal(SubscriptionState.Active, (await StatusAsync(replayed, each => each.Lag == 0)).Progress.State);
    }

    [Fact]
    public async Task Paused_subscription_waits_where_it_is_and_goes_on_from_there()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync();
        await WriteAsync(2);
        await To.UntilAsync(receiver => receiver.Taken.Count == 2, "what was before the pause");
        var held = await Engine.Subscriptions.PauseAsync(subscription.Id, "op", Cancellation);
        await WriteAsync(3);
        var paused = await StatusAsync(held!, each => each.Lag == 3);
        Assert.Equal((SubscriptionState.Paused, 2), (paused.Progress.State, To.All.Count));
        var resumed = await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        await To.UntilAsync(receiver => receiver.Taken.Count == 5, "what waited");
        AssertAll(1, 5);
        Assert.Equal(5, To.All.Count);
        Assert.Equal(SubscriptionState.Active, (await StatusAsync(resumed!, each => each.Lag == 0)).Progress.State);
    }

    [Fact]
    public async Task Receiver_that_is_gone_is_paused_at_once()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync();
        To.Answer = Says(StatusCodes.Status410Gone);
        await WriteAsync(5);
        Assert.Equal(1, (await StatusAsync(subscription, each => each.Progress.State == SubscriptionState.Paused)).Progress.Attempts);
        await WriteBesideAWitnessAsync(3);
        Assert.InRange(To.All.Count, 1, Quick.InFlightMax);
    }

    [Fact]
    public async Task Receiver_that_names_a_time_is_left_alone_until_then()
    {
        await OpenAsync(Quick with { PauseMax = TimeSpan.FromHours(1) });
        var (subscription, _) = await SubscribeAsync();
        To.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        };
        await WriteAsync(1);
        var progress = (await StatusAsync(subscription, each => each.Progress.Attempts > 0)).Progress;
        Assert.InRange((progress.NextAttemptAt!.Value - progress.LastErrorAt!.Value).TotalSeconds, 600, 661);
    }

    [Fact]
    public async Task Replay_sends_again_under_the_same_ids()
    {
        await OpenAsync();
        var begin = await Engine.Changes.NowAsync(Cancellation);
        var (subscription, _) = await SubscribeAsync();
        await WriteAsync(30);
        await To.UntilAsync(receiver => receiver.Taken.Count == 30, "the last delivery");
        await StatusAsync(subscription, each => each.Lag == 0);
        await Engine.Subscriptions.ReplayAsync(subscription.Id, begin, "op", Cancellation);
        await To.UntilAsync(receiver => receiver.Taken.Count == 60, "the last delivery of the replay");
        Assert.Equal(
            To.Taken.Take(30).Select(received => received.Id).Order(), To.Taken.Skip(30).Select(received => received.Id).Order());
        var acts = await _store.Control.EventsAsync("subscription", null, 0, 10, Cancellation);
        Assert.Equal([("created", "op"), ("replayed", "op")], acts.Select(act => (act.Act.Action, act.Act.Actor)));
    }

    [Fact]
    public async Task Deleted_subscription_is_sent_nothing_more_and_leaves_no_secret()
    {
        await OpenAsync();
        var (subscription, secret) = await SubscribeAsync();
        To.Answer = Answered;
        await WriteAsync(200);
        await To.UntilAsync(receiver => receiver.Taken.Count >= 3, "delivery 3");
        Assert.True(await Engine.Subscriptions.DeleteAsync(subscription.Id, "op", Cancellation));
        var sent = To.All.Count;
        await WriteBesideAWitnessAsync(10);
        Assert.InRange(To.All.Count, sent, sent + Quick.InFlightMax);
        Assert.Null(await Engine.Subscriptions.FindAsync(subscription.Id, Cancellation));
        Assert.False(await Engine.Subscriptions.DeleteAsync(subscription.Id, "op", Cancellation));
        Assert.Null(await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation));
        foreach (var kind in new[] { "subscription", "subscription-progress" })
        {
            foreach (var document in await _store.Control.ListAsync(kind, null, 10, Cancellation))
            {
                Assert.DoesNotContain(secret["whsec_".Length..], document.Content, StringComparison.Ordinal);
                Assert.DoesNotContain("127.0.0.1", document.Content, StringComparison.Ordinal);
            }
        }

        // Its place is free, and what another one there has kept is not taken for its own.
        var (next, _) = await SubscribeAsync();
        Assert.Equal(subscription.Id[..4], next.Id[..4]);
        Assert.Equal(0, (await StatusAsync(next, _ => true)).Progress.Delivered);
    }

    [Fact]
    public async Task Store_that_cannot_write_loses_and_repeats_nothing()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync();
        var calls = 0;
        _store.Fault = (call, _) => call == "Control.Write" && Interlocked.Increment(ref calls) % 3 != 0
            ? new StoreException("full", StoreFault.Full) : null;
        await WriteAsync(30);
        await To.UntilAsync(receiver => receiver.Taken.Count >= 30, "the last delivery");
        _store.Fault = null;
        Assert.Equal(30, (await StatusAsync(subscription, each => each.Lag == 0)).Progress.Delivered);
        AssertAll(1, 30);
        Assert.Equal(30, To.All.Count);
        Assert.True(calls > 3);
    }

    [Fact]
    public async Task Several_are_on_their_way_at_once_and_those_of_one_organisation_one_after_the_other()
    {
        await OpenAsync(Quick with { Page = 40, InFlightMax = 3 });
        var (subscription, _) = await SubscribeAsync();
        var (lockHere, under, most, twice) = (new Lock(), new List<string>(), 0, false);
        var (full, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        To.Answer = async (received, _) =>
        {
            lock (lockHere)
            {
                twice |= under.Contains(received.Subject);
                under.Add(received.Subject);
                most = Math.Max(most, under.Count);
                if (under.Count == 3)
                    full.TrySetResult();
            }

            await release.Task;
            lock (lockHere)
                under.Remove(received.Subject);
        };
        await WriteAsync(40);
        await full.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        release.SetResult();
        await StatusAsync(subscription, each => each.Progress.Delivered == 40);
        Assert.Equal(3, most);
        Assert.False(twice, "two changes of one organisation were on their way at once");
        AssertAll(1, 40);
        Assert.Equal(40, To.All.Count);
    }

    [Fact]
    public async Task One_that_fails_among_several_is_sent_again_alone_and_nothing_that_was_taken()
    {
        await OpenAsync(Quick with { Page = 40 });
        var (subscription, _) = await SubscribeAsync();
        var failures = 0;
        To.Answer = (received, context) =>
        {
            if (received.Event.GetProperty("data").GetProperty("n").GetInt32() == 5 && Interlocked.Increment(ref failures) <= 2)
                context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await WriteAsync(40);
        var status = await StatusAsync(subscription, each => each.Lag == 0);
        Assert.Equal((40L, 0), (status.Progress.Delivered, status.Progress.Attempts));
        AssertAll(1, 40);
        Assert.Equal(40, To.Taken.Count);
        Assert.Equal(42, To.All.Count);
    }
}
