using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>How far one shard has been folded, and the callers that wait for a position (read your writes, I6). On any thread.</summary>
/// <param name="shard">The shard's number.</param>
/// <param name="waitMsMax">Longest wait, milliseconds.</param>
internal sealed class FoldProgress(int shard, int waitMsMax)
{
    private readonly List<(long Position, TaskCompletionSource Done)> _waiting = [];
    private long _folded;
    private volatile bool _isLost;

    /// <summary>Every event up to here is reflected by the shard's views.</summary>
    public long Folded => Volatile.Read(ref _folded);

    /// <summary>Another node owns the shard: nothing more is folded here.</summary>
    public bool IsLost => _isLost;

    /// <summary>Begins at the stored watermark.</summary>
    public void Start(long watermark) => Volatile.Write(ref _folded, watermark);

    /// <summary>Completes when everything up to the position is folded.</summary>
    /// <exception cref="ShardLostException">Another node owns the shard now.</exception>
    /// <exception cref="StoreException">Folding took longer than the bound: the shard cannot read the store.</exception>
    public async Task WaitAsync(long position, CancellationToken cancellation)
    {
        if (Folded >= position)
            return;
        (long Position, TaskCompletionSource Done) waiter;
        lock (_waiting)
        {
            // Once more under the lock: Advance may have passed between the first look and here, and would not come by again.
            if (Folded >= position)
                return;
            if (_isLost)
                throw Lost();
            waiter = (position, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(waiter);
        }

        try
        {
            await waiter.Done.Task.WaitAsync(TimeSpan.FromMilliseconds(waitMsMax), cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new StoreException($"Shard {shard} has not folded position {position} in time; ask again later.");
        }
        finally
        {
            lock (_waiting)
                _waiting.Remove(waiter);
        }
    }

    /// <summary>Everything up to the position is folded.</summary>
    public void Advance(long position)
    {
        List<TaskCompletionSource>? due = null;
        lock (_waiting)
        {
            Volatile.Write(ref _folded, Math.Max(_folded, position));
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Position > _folded)
                    continue;
                (due ??= []).Add(_waiting[i].Done);
                _waiting.RemoveAt(i);
            }
        }

        // Outside the lock, and continued elsewhere (RunContinuationsAsynchronously): what waits is a request of somebody else.
        foreach (var done in due ?? [])
            done.TrySetResult();
    }

    /// <summary>Another node owns the shard: waiting callers are refused, and ask again there.</summary>
    public void Lose()
    {
        lock (_waiting)
        {
            _isLost = true;
            foreach (var (_, done) in _waiting)
                done.TrySetException(Lost());
            _waiting.Clear();
        }
    }

    private ShardLostException Lost() => new(shard, $"Shard {shard} belongs to another silo now: ask again.");
}
