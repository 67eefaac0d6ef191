using System.Collections.Concurrent;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A few threads of their own for work that keeps a processor busy for milliseconds. On the thread pool, which has as many threads as
/// processors, such work stands before every check that comes meanwhile; here the operating system divides the processors, and a thread
/// that has slept gets one at once (R8). Callers bound how much waits.
/// </summary>
/// <param name="name">The threads', as tools show it.</param>
/// <param name="count">How many; each piece of work starts one more of them, until all are there. At least 1.</param>
public sealed class WorkThreads(string name, int count) : IDisposable
{
    private readonly BlockingCollection<Action> _waiting = [];
    private readonly Lock _startLock = new();
    private int _started;

    /// <summary>Whether the calling thread is one of some <see cref="WorkThreads"/>.</summary>
    [field: ThreadStatic]
    public static bool IsCurrent { get; private set; }

    /// <summary>Runs work that must not throw.</summary>
    /// <exception cref="InvalidOperationException">Disposed.</exception>
    public void Post(Action work)
    {
        _waiting.Add(work);
        if (Volatile.Read(ref _started) < count)
            Start();
    }

    /// <summary>Runs work; the task ends with it, and what awaits the task goes on elsewhere.</summary>
    /// <exception cref="InvalidOperationException">Disposed.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                ended.SetResult(work());
            }
            catch (OperationCanceledException cancelled)
            {
                ended.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception fault)
            {
                ended.SetException(fault);
            }
        });
        return ended.Task;
    }

    /// <summary>Ends the threads once nothing waits; work that is posted later is refused.</summary>
    public void Dispose() => _waiting.CompleteAdding();

    private void Start()
    {
        lock (_startLock)
        {
            if (_started == count)
                return;
            _started++;
        }

        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    private void Run()
    {
        IsCurrent = true;
        foreach (var work in _waiting.GetConsumingEnumerable())
            work();
    }
}
