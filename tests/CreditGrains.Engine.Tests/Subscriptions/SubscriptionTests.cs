using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>
/// Changes that a subscription wants reach its receiver at least once, those of a subject in order, whatever fails in between.
/// </summary>
public sealed class SubscriptionTests : IAsyncDisposable
{
    private const int Organisations = 12;

    private static readonly SubscriptionOptions Quick = new()
    {
        AllowLoopback = true, FirstPause = TimeSpan.FromMilliseconds(20), PauseMax = TimeSpan.FromMilliseconds(100),
        AnswerMax = TimeSpan.FromSeconds(5), Page = 10,
    };

    private readonly TwoPolicies _world = new();
    private InMemoryStore _store = new(TimeProvider.System);
    private CreditEngine? _engine;
    private Receiver? _receiver;
    private int _written;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CreditEngine Engine => _engine!;

    private Receiver To => _receiver!;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

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

    [Fact]
    public async Task Secret_is_encrypted_in_the_store_and_rotated_with_two_valid_at_once()
    {
        var options = Quick with { Keys = SecretKeyRingTests.Made() };
        await OpenAsync(options);
        var (subscription, first) = await SubscribeAsync();
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 3, "delivery 3");
        Assert.All(To.Taken, received => received.AssertSigned(first));

        var rotated = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.FromHours(1), "again", "op", Cancellation);
        var second = "whsec_" + Engine.Subscriptions.SecretOf(rotated!);
        Assert.NotEqual(first, second);
        var again = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.FromHours(1), "again", "op", Cancellation);
        Assert.Equal(second, "whsec_" + Engine.Subscriptions.SecretOf(again!));
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 6, "delivery 6");
        Assert.All(To.Taken.Skip(3), received =>
        {
            received.AssertSigned(first);
            received.AssertSigned(second);
        });

        // Without an overlap the former one ends at once: it may be known to others.
        var last = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.Zero, null, "op", Cancellation);
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 9, "delivery 9");
        Assert.All(To.Taken.Skip(6), received =>
        {
            received.AssertSigned("whsec_" + Engine.Subscriptions.SecretOf(last!));
            Assert.DoesNotContain(' ', received.Signature);
        });
        foreach (var document in await _store.Control.ListAsync("subscription", null, 10, Cancellation))
        {
            foreach (var secret in new[] { first, second, Engine.Subscriptions.SecretOf(last!) })
                Assert.DoesNotContain(secret.Replace("whsec_", "", StringComparison.Ordinal), document.Content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_encrypts_secrets_of_former_builds_and_is_refused_without_their_key()
    {
        await OpenAsync();
        var (subscription, secret) = await SubscribeAsync();
        await Engine.DisposeAsync();
        var keys = SecretKeyRingTests.Made();
        await OpenAsync(Quick with { Keys = keys });
        var stored = Assert.Single(await _store.Control.ListAsync("subscription", null, 10, Cancellation)).Content;
        Assert.DoesNotContain(secret["whsec_".Length..], stored, StringComparison.Ordinal);
        await WriteAsync(1);
        await To.UntilAsync(receiver => receiver.Taken.Count == 1, "a delivery");
        To.Taken[0].AssertSigned(secret);
        await Engine.DisposeAsync();
        foreach (var other in new[] { null, SecretKeyRingTests.Made() })
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(Quick with { Keys = other }));
            Assert.Contains("Engine:Subscriptions:KeyFile", refused.Message, StringComparison.Ordinal);
        }

        await OpenAsync(Quick with { Keys = keys });
        var found = await Engine.Subscriptions.FindAsync(subscription.Id, Cancellation);
        Assert.Equal(secret, "whsec_" + Engine.Subscriptions.SecretOf(found!));
    }

    [Fact]
    public async Task Outbox_is_pruned_behind_the_slowest_reader_within_the_bound_and_a_reader_beyond_it_is_told()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync();
        await WriteAsync(20);
        await StatusAsync(subscription, each => each.Progress.Delivered == 20);
        await Engine.Subscriptions.PauseAsync(subscription.Id, "op", Cancellation);
        await WriteAsync(30);

        // Nothing is younger than what is kept for readers of pages: only the subscription that is held keeps its changes.
        await PruneAsync(keepMax: 1_000_000);
        Assert.Equal(30, (await StatusAsync(subscription, _ => true)).Lag);
        Assert.InRange((await KeptAsync()).Count, 30, 30 + Organisations);
        await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        await StatusAsync(subscription, each => each.Progress.Delivered == 50);
        AssertAll(1, 50);

        await Engine.Subscriptions.PauseAsync(subscription.Id, "op", Cancellation);
        await WriteAsync(60);
        await PruneAsync(keepMax: _store.ShardCount);
        Assert.InRange((await KeptAsync()).Count, 1, 2 * Organisations);
        await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        var told = await StatusAsync(subscription, each => each.Progress.IsPaused);
        Assert.StartsWith("cursor-expired: ", told.Progress.LastError, StringComparison.Ordinal);
        Assert.Equal(50, To.Taken.Count);

        await Engine.Subscriptions.ReplayAsync(subscription.Id, await Engine.Changes.NowAsync(Cancellation), "op", Cancellation);
        await WriteAsync(5);
        await StatusAsync(subscription, each => each.Progress.Delivered == 55);
    }

    private Task PruneAsync(long keepMax) => new ChangePruning(
        _store, Engine.Changes, Engine.Subscriptions, Engine.WatchlistDigests.ReadUpToAsync, _ => true,
        new ChangeOptions { KeepFor = TimeSpan.Zero, KeepMax = keepMax }, TimeProvider.System).PruneAsync(Cancellation);

    private async Task<List<SubjectChange>> KeptAsync()
    {
        var kept = new List<SubjectChange>();
        for (var shard = 0; shard < _store.ShardCount; shard++)
            kept.AddRange(await _store.Subjects.ReadChangesAsync(shard, 0, 1000, Cancellation));
        return kept;
    }

    [Fact]
    public async Task Logs_hold_neither_secret_nor_content()
    {
        var log = new Lines();
        await OpenAsync(Quick with { GiveUpAfter = TimeSpan.Zero }, log);
        var (subscription, secret) = await SubscribeAsync();
        To.Answer = Says(StatusCodes.Status500InternalServerError);
        await WriteAsync(1);
        await StatusAsync(subscription, each => each.Progress.State == SubscriptionState.Paused);
        Assert.Contains(log.All, line => line.Contains(subscription.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(secret["whsec_".Length..], StringComparison.Ordinal)
            || line.Contains(TwoPolicies.Name(0), StringComparison.Ordinal));
        Assert.DoesNotContain(secret["whsec_".Length..], subscription.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "", "1 2 3")]
    [InlineData("creditgrains.subject.grade", "", "", "1 2 3")]
    [InlineData("creditgrains.subject.other", "", "", "")]
    [InlineData("", "91990000TEST000001", "", "1 3")]
    [InlineData("", "", "D", "2 3")]
    [InlineData("", "", "A", "1")]
    [InlineData("", "91990000TEST000001", "D", "3")]
    public void Filter_wants_what_every_part_wants(string types, string subjects, string grades, string wanted)
    {
        var subscription = new Subscription { Id = "0", Types = Split(types), Subjects = Split(subjects), Grades = Split(grades) };
        SubjectChange[] changes =
        [
            new(0, 1, new SubjectId(TwoPolicies.Name(1)), "grade", """{"old":null,"new":"A"}""", default),
            new(0, 2, new SubjectId(TwoPolicies.Name(2)), "grade", """{"old":"C","new":"D"}""", default),
            new(0, 3, new SubjectId(TwoPolicies.Name(1)), "grade", """{"old":"D","new":null}""", default),
        ];
        Assert.Equal(wanted, string.Join(' ', changes.Where(subscription.Wants).Select(change => change.Number)));

        static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task Changes_that_are_not_wanted_are_passed_and_neither_sent_nor_recorded()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync([TwoPolicies.Name(3)]);
        await WriteAsync(48);
        await To.UntilAsync(receiver => receiver.Taken.Count == 4, "the last delivery");
        await StatusAsync(subscription, each => each.Lag == 0);
        Assert.All(To.All, received => Assert.Equal(TwoPolicies.Name(3), received.Subject));
        await Engine.Access.FlushAsync(Cancellation);
        Assert.Empty(await _store.AccessLog.ReadAsync(new SubjectId(TwoPolicies.Name(4)), null, 10, Cancellation));
    }

    private static Func<Received, HttpContext, Task> Says(int status) => (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private async Task OpenAsync(SubscriptionOptions? options = null, ILoggerFactory? loggers = null)
    {
        _receiver ??= await Receiver.StartAsync();
        _engine = await CreditEngine.OpenAsync(
            _store, _world.First, _world.Texts, TwoPolicies.Options with { Subscriptions = options ?? Quick }, TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance, Cancellation);
    }

    private async Task<(Subscription Subscription, string Secret)> SubscribeAsync(
        IReadOnlyList<string>? subjects = null, ChangeCursor? from = null)
    {
        var (subscription, rejection) = await Engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(To.Url, [], subjects ?? [], [], from, "op", "credit report"), Cancellation);
        Assert.Null(rejection);
        return (subscription!, "whsec_" + Engine.Subscriptions.SecretOf(subscription!));
    }

    /// <summary>
    /// Writes changes that another subscription gets, one after the other, 20 ms each. Once it has all of them, a sender that wrongly
    /// went on would have sent as many: the barrier of tests that nothing is sent.
    /// </summary>
    private async Task WriteBesideAWitnessAsync(int count)
    {
        await using var witness = await Receiver.StartAsync();
        witness.Answer = Answered;
        var (subscription, rejection) = await Engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(witness.Url, [], [], [], null, "op", "witness"), Cancellation);
        Assert.Null(rejection);
        await WriteAsync(count);
        await witness.UntilAsync(receiver => receiver.Taken.Count == count, "the witness's last delivery");
        Assert.True(await Engine.Subscriptions.DeleteAsync(subscription!.Id, "op", Cancellation));
    }

    private static Task Answered(Received received, HttpContext context) => Task.Delay(20, context.RequestAborted);

    /// <summary>Changes whose number over all goes with them.</summary>
    private async Task WriteAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var number = ++_written;
            var subject = new SubjectId(TwoPolicies.Name((number - 1) % Organisations));
            var shard = ShardMap.ShardOf(subject, _store.ShardCount);
            await _store.Subjects.WriteAsync(
                [
                    new ShardWrite(
                        shard, [],
                        [
                            new SubjectChange(
                                shard, 0, subject, "grade", $$"""{"old":"A","new":"B","n":{{number}}}""", TimeProvider.System.GetUtcNow()),
                        ],
                        null),
                ],
                Cancellation);
        }

        Engine.Changes.Written();
    }

    private async Task<SubscriptionStatus> StatusAsync(Subscription subscription, Func<SubscriptionStatus, bool> isSo)
    {
        for (var i = 0; ; i++)
        {
            var status = await Engine.Subscriptions.StatusAsync(subscription, Cancellation);
            if (isSo(status))
                return status;
            Assert.True(i < 3000, $"it does not come about: {status.Progress}, lag {status.Lag}");
            await Task.Delay(10, Cancellation);
        }
    }

    /// <summary>All of them were taken, and first in the order of each subject.</summary>
    private void AssertAll(int first, int count)
    {
        var taken = To.Taken.DistinctBy(received => received.Id)
            .Select(received => (received.Subject, Number: received.Event.GetProperty("data").GetProperty("n").GetInt32())).ToList();
        Assert.Equal(Enumerable.Range(first, count), taken.Select(each => each.Number).Order());
        foreach (var subject in taken.GroupBy(each => each.Subject))
            Assert.Equal(subject.Select(each => each.Number).Order(), subject.Select(each => each.Number));
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
