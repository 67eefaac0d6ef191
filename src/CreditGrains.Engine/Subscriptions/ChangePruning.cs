using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Takes changes out of the outbox that every subscription has passed and that are older than readers of pages may rely on; and, beyond a
/// bound, the oldest whoever still wants them (I13). A reader that is behind what was taken out is told so (<c>cursor-expired</c>).
/// </summary>
/// <param name="store">The store.</param>
/// <param name="feed">The changes.</param>
/// <param name="subscriptions">Their readers.</param>
/// <param name="digests">How far digests have read; null where nobody wants them.</param>
/// <param name="owns">Whether this node prunes a shard.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
internal sealed class ChangePruning(
    IStore store, ChangeFeed feed, SubscriptionService subscriptions, Func<CancellationToken, Task<ChangeCursor?>> digests,
    Func<int, bool> owns, ChangeOptions options, TimeProvider time)
{
    private const int Batch = 2000;
    private long _looked = time.GetTimestamp();

    /// <summary>Rows taken out since the start.</summary>
    public long Pruned { get; private set; }

    /// <summary>Prunes where it is time to.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_looked) < options.PruneEvery)
            return;
        _looked = time.GetTimestamp();
        await PruneAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Prunes the shards of this node.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task PruneAsync(CancellationToken cancellation)
    {
        var heads = await store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
        var first = await feed.FirstAsync(cancellation).ConfigureAwait(false);
        var kept = (await feed.AtAsync(time.GetUtcNow() - options.KeepFor, first, heads, cancellation).ConfigureAwait(false)).Cursor;
        var readers = await ReadersAsync(cancellation).ConfigureAwait(false);
        var keepMax = Math.Max(1, options.KeepMax / heads.Length);
        for (var shard = 0; shard < heads.Length; shard++)
        {
            if (!owns(shard))
                continue;
            var read = readers.Select(reader => reader.NumberOf(shard)).Append(kept.NumberOf(shard)).Min();
            var until = Math.Max(read, heads[shard] - keepMax);
            for (var rows = Batch; until > first.NumberOf(shard) && rows == Batch;)
            {
                rows = await store.Subjects.PruneChangesAsync(shard, until, Batch, cancellation).ConfigureAwait(false);
                Pruned += rows;
            }
        }
    }

    /// <summary>How far each subscription is; one that is held waits too, within the bound.</summary>
    private async Task<List<ChangeCursor>> ReadersAsync(CancellationToken cancellation)
    {
        var cursors = new List<ChangeCursor>();
        foreach (var subscription in await subscriptions.ListAsync(cancellation).ConfigureAwait(false))
        {
            var status = await subscriptions.StatusAsync(subscription, cancellation).ConfigureAwait(false);
            if (ChangeCursor.TryParse(status.Progress.After, out var after))
                cursors.Add(feed.Kept(after));
        }

        if (await digests(cancellation).ConfigureAwait(false) is { } read)
            cursors.Add(read);
        return cursors;
    }
}
