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

/// <summary>An engine with a subscription's receiver, and changes that are written without organisations behind them.</summary>
public abstract class SubscriptionWorld : IAsyncDisposable
{
    private protected const int Organisations = 12;

    private protected static readonly SubscriptionOptions Quick = new()
    {
        AllowLoopback = true, FirstPause = TimeSpan.FromMilliseconds(20), PauseMax = TimeSpan.FromMilliseconds(100),
        AnswerMax = TimeSpan.FromSeconds(5), Page = 10,
    };

    private readonly TwoPolicies _world = new();
    private protected InMemoryStore _store = new(TimeProvider.System);
    private CreditEngine? _engine;
    private Receiver? _receiver;
    private int _written;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected CreditEngine Engine => _engine!;

    private protected Receiver To => _receiver!;

    public async ValueTask DisposeAsync()
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
            _store, _world.First, _world.Texts, TwoPolicies.Options with { Subscriptions = options ?? Quick }, TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance, Cancellation);
    }

    private protected async Task<(Subscription Subscription, string Secret)> SubscribeAsync(
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
                                shard, 0, subject, "grade", $$"""{"old":"A","new":"B","n":{{number}}}""", TimeProvider.System.GetUtcNow()),
                        ],
                        null),
                ],
                Cancellation);
        }

        Engine.Changes.Written();
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
    private protected void AssertAll(int first, int count)
    {
        var taken = To.Taken.DistinctBy(received => received.Id)
            .Select(received => (received.Subject, Number: received.Event.GetProperty("data").GetProperty("n").GetInt32())).ToList();
        Assert.Equal(Enumerable.Range(first, count), taken.Select(each => each.Number).Order());
        foreach (var subject in taken.GroupBy(each => each.Subject))
            Assert.Equal(subject.Select(each => each.Number).Order(), subject.Select(each => each.Number));
    }
}
