using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Work that nobody waits for goes on whatever a round throws, and ends with its stop only.</summary>
public sealed class BackgroundLoopTests : IDisposable
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly PassingTime _time = new();
    private readonly ConcurrentQueue<Exception> _told = new();

    public void Dispose() => _stop.Dispose();

    [Theory]
    [InlineData("of the store")]
    [InlineData("of ours")]
    [InlineData("cancellation of something else")]
    [InlineData("disposed")]
    public async Task Round_that_throws_is_told_and_followed_by_another(string kind)
    {
        Exception fault = kind switch
        {
            "of the store" => new StoreException("away"),
            "of ours" => new InvalidOperationException(kind),
            "disposed" => new ObjectDisposedException(kind),
            _ => new OperationCanceledException(kind),
        };
        var rounds = 0;
        await RunAsync(() =>
        {
            if (++rounds == 3)
                _stop.Cancel();
            throw fault;
        });

        // The third came with the stop.
        Assert.Equal([fault, fault], _told);
    }

    [Fact]
    public async Task Pause_doubles_with_each_failure_in_a_row_up_to_its_bound()
    {
        var rounds = 0;
        await RunAsync(() => ++rounds switch
        {
            7 => Task.CompletedTask,
            10 => _stop.CancelAsync(),
            _ => throw new StoreException("away"),
        });
        Assert.Equal([10, 20, 40, 80, 100, 100, 10, 20], _time.Pauses.Select(pause => (int)pause.TotalMilliseconds));
    }

    [Fact]
    public async Task Teller_that_throws_does_not_end_the_loop()
    {
        var rounds = 0;
        await BackgroundLoop.RunAsync(
            _ => ++rounds == 4 ? _stop.CancelAsync() : throw new StoreException("away"),
            fault => throw fault, PauseMax, _time, _stop.Token).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, rounds);
    }

    private Task RunAsync(Func<Task> round) =>
        BackgroundLoop.RunAsync(_ => round(), _told.Enqueue, PauseMax, _time, _stop.Token).WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Notes each pause and lets it pass at once.</summary>
    private sealed class PassingTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
