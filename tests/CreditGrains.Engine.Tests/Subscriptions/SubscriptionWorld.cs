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

/// <summary>An engine with a subscription's receiver, and changes that are written without organisations behind them.</summary>
/// <param name="time">The clock of the engine, its store and the changes; null for the real one.</param>
public abstract class SubscriptionWorld(TimeProvider? time = null) : IAsyncDisposable
{
    private protected const int Organisations = 12;

    private protected static readonly SubscriptionOptions Quick = new()
    {
        AllowLoopback = true, FirstPause = TimeSpan.FromMilliseconds(20), PauseMax = TimeSpan.FromMilliseconds(100),
        AnswerMax = TimeSpan.FromSeconds(5), Page = 10,
    };

    private readonly TwoPolicies _world = new();
    private protected readonly TimeProvider _time = time ?? TimeProvider.System;
    private protected InMemoryStore _store = new(time ?? TimeProvider.System);
    private CreditEngine? _engine;
    private Receiver? _receiver;
    private int _written;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected CreditEngine Engine => _engine!;

    private protected Receiver To => _receiver!;

    public virtual async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    private protected static Func<Received, HttpContext, Task> Says(int status) => (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private protected async Task OpenAsync(SubscriptionOptions? options = null, ILoggerFactory? loggers = null)
    {
        _receiver ??= await Receiver.StartAsync();
        _engine = await CreditEngine.OpenAsync(
            _store, _world.First, _world.Texts, TwoPolicies.Options with { Subscriptions = options ?? Quick }, _time,
            loggers ?? NullLoggerFactory.Instance, Cancellation);
    }

    private protected async Task<(Subscription Subscription, string Secret)> SubscribeAsync(
        IReadOnlyList<string>? subjects = null, ChangeCursor? from = null, Receiver? to = null)
    {
        var (subscription, rejection) = await Engine.Subscriptions.CreateAsync(
            new SubscriptionCommand((to ?? To).Url, [], subjects ?? [], [], from, "op", "credit report"), Cancellation);
        Assert.Null(rejection);
        return (subscription!, "whsec_" + Engine.Subscriptions.SecretOf(subscription!));
    }

    /// <summary>
    /// Writes changes that another subscription gets, one after the other, 20 ms each. Once it has all of them, a sender that wrongly
    /// went on would have sent as many: the barrier of tests that nothing is sent.
    /// </summary>
    private protected async Task WriteBesideAWitnessAsync(int count)
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

    private protected static Task Answered(Received received, HttpContext context) => Task.Delay(20, context.RequestAborted);

    /// <summary>Changes whose number over all goes with them.</summary>
    private protected async Task WriteAsync(int count)
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
                                shard, 0, subject, "grade", $$"""{"old":"A","new":"B","n":{{number}}}""", _time.GetUtcNow()),
                        ],
                        null),
                ],
                Cancellation);
        }

        Engine.Changes.Written();
    }

    /// <summary>Prunes the outbox as the engine does by itself each minute.</summary>
    private protected Task PruneAsync(long keepMax, TimeSpan keepFor = default) => new ChangePruning(
        _store, Engine.Changes, Engine.Subscriptions, Engine.WatchlistDigests.ReadUpToAsync, _ => true,
        new ChangeOptions { KeepFor = keepFor, KeepMax = keepMax }, _time).PruneAsync(Cancellation);

    private protected async Task<List<SubjectChange>> KeptAsync()
    {
        var kept = new List<SubjectChange>();
        for (var shard = 0; shard < _store.ShardCount; shard++)
            kept.AddRange(await _store.Subjects.ReadChangesAsync(shard, 0, 1000, Cancellation));
        return kept;
    }

    private protected async Task<SubscriptionStatus> StatusAsync(Subscription subscription, Func<SubscriptionStatus, bool> isSo)
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
    private protected void AssertAll(int first, int count, Receiver? at = null)
    {
        var taken = (at ?? To).Taken.DistinctBy(received => received.Id)
            .Select(received => (received.Subject, Number: received.Event.GetProperty("data").GetProperty("n").GetInt32())).ToList();
        Assert.Equal(Enumerable.Range(first, count), taken.Select(each => each.Number).Order());
        foreach (var subject in taken.GroupBy(each => each.Subject))
            Assert.Equal(subject.Select(each => each.Number).Order(), subject.Select(each => each.Number));
    }
}
