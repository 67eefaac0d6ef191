namespace CreditGrains.Engine.Jobs;

/// <summary>A job's row as this process holds it: its content and version, and the work on it here.</summary>
internal abstract class JobRow<TRun> : IDisposable
    where TRun : class, IJobContent
{
    private volatile TRun _stored;

    protected JobRow(TRun stored, long version)
    {
        _stored = stored;
        Version = version;
    }

    /// <summary>Content as stored.</summary>
    public TRun Stored => _stored;

    /// <summary>The row's version.</summary>
    public long Version { get; private set; }

    /// <summary>Held while the row is written.</summary>
    public SemaphoreSlim WriteLock { get; } = new(1, 1);

    /// <summary>Ends the work on it in this process.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The process stops: the job is interrupted, not cancelled, and goes on elsewhere or with the next start.</summary>
    public volatile bool IsClosing;

    /// <summary>The work; completed while there is nothing to do here.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Takes over what was written, here or by another node.</summary>
    public virtual void Take(TRun stored, long version)
    {
        _stored = stored;
        Version = version;
    }

    /// <summary>Ends the work on it in this process, and waits for that.</summary>
    public async Task StopAsync()
    {
        try
        {
            await Stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The job has just ended.
        }

        await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        Stop.Dispose();
        WriteLock.Dispose();
    }
}
