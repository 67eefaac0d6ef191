using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Long work has threads of its own, so that the pool's stay free for those that are to be answered (R8).</summary>
public sealed class WorkThreadsTests
{
    private const int Works = 50;

    [Fact]
    public async Task Work_runs_beside_the_pool_and_no_more_at_once_than_there_are_threads()
    {
        using var threads = new WorkThreads("test", 2);
        var held = new Lock();
        var (running, most) = (0, 0);
        var places = await Task.WhenAll(Enumerable.Range(0, Works).Select(number => threads.RunAsync(() =>
        {
            var now = Interlocked.Increment(ref running);
            lock (held)
                most = Math.Max(most, now);
            Thread.Yield();
            Interlocked.Decrement(ref running);
            return (number, Thread.CurrentThread.IsThreadPoolThread, WorkThreads.IsCurrent);
        })));
        Assert.Equal(Enumerable.Range(0, Works).Select(number => (number, false, true)), places);
        Assert.InRange(most, 1, 2);
        Assert.False(WorkThreads.IsCurrent);
    }

    [Fact]
    public async Task Work_that_is_awaited_goes_on_in_the_pool()
    {
        using var threads = new WorkThreads("test", 1);
        await threads.RunAsync(() => true);
        Assert.False(WorkThreads.IsCurrent);
    }

    [Fact]
    public async Task Fault_is_the_callers_and_the_thread_goes_on()
    {
        using var threads = new WorkThreads("test", 1);
        var fault = await Assert.ThrowsAsync<StoreException>(() => threads.RunAsync<int>(() => throw new StoreException("broken")));
        Assert.Equal("broken", fault.Message);
        Assert.Equal(7, await threads.RunAsync(() => 7));
    }

    [Fact]
    public async Task Disposal_ends_the_threads_after_what_waits_and_refuses_more()
    {
        var threads = new WorkThreads("test", 1);
        using var held = new ManualResetEventSlim();
        Thread? thread = null;
        var first = threads.RunAsync(() =>
        {
            thread = Thread.CurrentThread;
            held.Wait(TestContext.Current.CancellationToken);
            return 1;
        });
        var second = threads.RunAsync(() => 2);
        threads.Dispose();
        Assert.Throws<InvalidOperationException>(() => threads.Post(() => { }));
        held.Set();
        Assert.Equal(1, await first);
        Assert.Equal(2, await second);
        Assert.True(thread!.Join(TimeSpan.FromSeconds(30)), "the thread goes on");
    }
}
