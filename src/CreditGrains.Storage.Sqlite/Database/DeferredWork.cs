using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>
/// Work that writes leave for later, in small transactions between theirs. One run at a time; what fails is left for the next run, and
/// tells whoever waits for it.
/// </summary>
internal sealed class DeferredWork(Func<CancellationToken, Task> work) : IDisposable
{
    private readonly Lock _queueLock = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _run = Task.CompletedTask;

    /// <summary>Joins the run that is under way, or starts one.</summary>
    public Task RunAsync()
    {
        lock (_queueLock)
        {
            if (_closing.IsCancellationRequested)
                return Task.FromException(new StoreException("The store is closed.", StoreFault.Unavailable));
            if (_run.IsCompleted)
                _run = Task.Run(() => work(_closing.Token), CancellationToken.None);
            return _run;
        }
    }

    /// <summary>Makes sure that a run is under way; nobody waits for it.</summary>
    public void Start() => RunAsync().ContinueWith(
        // A full disk comes back to a caller as soon as so much is left that writes have to wait.
        static run => run.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Lets the run end after its transaction.</summary>
    public async Task CloseAsync()
    {
        Task run;
        lock (_queueLock)
        {
            _closing.Cancel();
            run = _run;
        }

        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _closing.Dispose();
}
