using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Writes the rows of subjects that are newer than what is stored, of all shards of this node: a transaction at a time, so that two never
/// expect the same stored row. A write of unknown outcome is settled by reading before the next.
/// </summary>
/// <param name="store">Where to write.</param>
/// <param name="options">How many subjects a transaction takes, and how long others are waited for.</param>
/// <param name="owned">The shards that the node works on.</param>
/// <param name="changesWritten">Told after a transaction that may have added to the outbox.</param>
/// <param name="areChangesAwaited">Whether a reader of the outbox waits for the next change: then subjects wait less.</param>
internal sealed class WriteBack(
    ISubjectStore store, EngineOptions options, Func<IEnumerable<Shard>> owned, Action changesWritten, Func<bool> areChangesAwaited)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _waiting = new(0, 1);

    /// <summary>Tells the loop that a subject waits to be written back; on any thread.</summary>
    public void Wake()
    {
        if (_waiting.CurrentCount != 0)
            return;
        try
        {
            _waiting.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread has told meanwhile.
        }
    }

    /// <summary>One round of the loop: waits for a subject, gathers others for a while, writes.</summary>
    public async Task WaitAndFlushAsync(CancellationToken stop)
    {
        await _waiting.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (owned().Sum(shard => shard.DirtyCount) < options.WriteBackSubjectsMax)
            {
                var age = areChangesAwaited()
                    ? Math.Min(options.WriteBackAgeMsMax, options.AwaitedChangeAgeMsMax) : options.WriteBackAgeMsMax;
                await Task.Delay(TimeSpan.FromMilliseconds(age), stop).ConfigureAwait(false);
            }

            await FlushAsync().ConfigureAwait(false);
        }
        catch
        {
            // The signal was taken above: without another one, what was not written would wait for the next event of any subject.
            Wake();
            throw;
        }
    }

    /// <summary>Writes back everything that waits now.</summary>
    public async Task FlushAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            while (await WriteBatchAsync().ConfigureAwait(false))
            {
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs work that nothing may be written back beside.</summary>
    public async Task<T> PausedAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _waiting.Dispose();
    }

    /// <summary>Writes one batch; true when there may be more.</summary>
    private async Task<bool> WriteBatchAsync()
    {
        var writes = new List<(Shard Shard, ShardWrite Write, List<CollectedSubject> Rows)>();
        var room = options.WriteBackSubjectsMax;
        foreach (var shard in owned())
        {
            if (room == 0)
                break;
            var rows = new List<CollectedSubject>();
            if (await shard.CollectAsync(room, rows).ConfigureAwait(false) is not { } write)
                continue;
            writes.Add((shard, write, rows));
            room -= rows.Count;
        }

        if (writes.Count == 0)
            return false;
        try
        {
            try
            {
                await store.WriteAsync([.. writes.Select(write => write.Write)], CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                // Committed, perhaps, though the answer was lost.
                if (writes.Any(write => write.Write.Changes.Count > 0))
                    changesWritten();
            }
        }
        catch (ShardLostException lost) when (lost.Shard >= 0)
        {
            // The epoch beside the shard's row is another's, so the whole transaction was refused. The shard is dropped by the lease's
            // event, and the next batch goes without it.
            return true;
        }
        catch (StoreException fault)
        {
            // The transaction, or one before it, may have been committed though its answer was lost: the next attempt asks the store first,
            // so that it expects what is there.
            foreach (var (shard, _, rows) in writes)
                await shard.DoubtAsync(rows.Select(row => row.Warm)).ConfigureAwait(false);
            if (fault is WriteConflictException)
                return true;
            throw;
        }

        var isMore = room == 0;
        foreach (var (shard, write, rows) in writes)
            isMore |= await shard.WrittenAsync(write, rows).ConfigureAwait(false);
        return isMore;
    }
}
