using System.Collections.Concurrent;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Appended events on their way to their subjects: each once, in order, however the store fails meanwhile.</summary>
public sealed class FoldQueueTests : IDisposable
{
    private static readonly StoreFaultLog Faults = new(NullLogger.Instance, TimeProvider.System);
    private readonly Target _target = new();

    [Fact]
    public async Task Events_posted_while_a_batch_is_folded_come_in_the_next_one_in_order()
    {
        var queue = Queue();
        var hold = _target.Hold();
        queue.Post([Item(1)]);
        await _target.Entered;
        queue.Post([Item(2), Item(3)]);
        queue.Post([Item(4)]);
        hold.SetResult();
        await _target.PassedAsync(4);
        Assert.Equal([[1], [2, 3, 4]], _target.Folded);
    }

    [Fact]
    public async Task Batch_that_fails_comes_again_whole_before_any_other()
    {
        var queue = Queue();
        _target.Fail(new StoreException("busy", StoreFault.Busy), new StoreException("gone"), new InvalidOperationException("a bug"));
        queue.Post([Item(1), Item(2)]);
        queue.Post([Item(3)]);
        await _target.PassedAsync(3);
        Assert.Equal([1, 2, 3], _target.Folded.SelectMany(batch => batch));
        Assert.Equal(3, _target.Failures);
    }

    [Fact]
    public async Task Batch_is_given_up_when_the_shard_ends_and_still_leaves_the_queue()
    {
        var queue = Queue();
        _target.FailAlways();
        queue.Post([Item(1), Item(2)]);
        await _target.FailedAsync(2);
        _target.IsEnding = true;
        await _target.PassedAsync(2);
        Assert.Empty(_target.Folded);
    }

    public void Dispose() => _target.Dispose();

    private static FoldItem Item(long position) => new(
        "91990000TEST000001", position, new RecordId(new SourceId("SCJG"), $"A-{position}"), 1, EventOp.Put, "penalty",
        new RecordFacts(), null, default);

    private FoldQueue Queue() => new(0, _target, retryPauseMsMax: 1, Faults);

    private sealed class Target : IFoldTarget, IDisposable
    {
        private readonly ConcurrentQueue<Exception> _faults = new();
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _passings = new(0);
        private readonly SemaphoreSlim _failings = new(0);
        private TaskCompletionSource? _hold;
        private volatile bool _isFailing;

        public bool IsEnding { get; set; }

        public List<long[]> Folded { get; } = [];

        public int Failures { get; private set; }

        public Task Entered => _entered.Task;

        public TaskCompletionSource Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(params Exception[] faults) => Array.ForEach(faults, _faults.Enqueue);

        public void FailAlways() => _isFailing = true;

        public async Task FoldAsync(List<FoldItem> batch)
        {
            _entered.TrySetResult();
            if (_hold is { } hold)
                await hold.Task;
            Exception? fault = null;
            if (_isFailing || _faults.TryDequeue(out fault))
            {
                Failures++;
                _failings.Release();
                throw fault ?? new StoreException("not now", StoreFault.Busy);
            }

            Folded.Add([.. batch.Select(item => item.Position)]);
        }

        public void Passed(int count) => _passings.Release(count);

        public void Dispose()
        {
            _passings.Dispose();
            _failings.Dispose();
        }

        public async Task PassedAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await _passings.WaitAsync(TestContext.Current.CancellationToken);
        }

        public async Task FailedAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await _failings.WaitAsync(TestContext.Current.CancellationToken);
        }
    }
}
