using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Splits what is to be committed by shard and hands each part to the shard's owner: to this node's own committer as it is, to another
/// node's by a call. While a shard moves from one owner to another it asks again, within a bound: an event that was committed meanwhile is
/// then a duplicate, never a second one (I2).
/// </summary>
/// <param name="owners">Reaches the owners on other nodes.</param>
/// <param name="local">The shards of this node.</param>
/// <param name="shardCount">Of the store.</param>
/// <param name="options">How long an owner is waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class RoutedCommitter(
    IShardOwners owners, ShardOwner local, int shardCount, EngineOptions options, TimeProvider time) : IEventCommitter
{
    private const int FirstPauseMs = 20;
    private readonly long[] _heads = new long[shardCount];

    public async Task<IReadOnlyList<Verdict>> CommitAsync(
        IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        var parts = new Dictionary<int, (List<RecordEvent> Events, List<int> Places)>();
        for (var i = 0; i < events.Count; i++)
        {
            var shard = ShardMap.ShardOf(events[i].Subject, shardCount);
            if (!parts.TryGetValue(shard, out var part))
                parts[shard] = part = ([], []);
            part.Events.Add(events[i]);
            part.Places.Add(i);
        }

        var verdicts = new Verdict[events.Count];
        await Task.WhenAll(parts.Select(async part =>
        {
            var receipt = await CommitAsync(part.Key, part.Value.Events, readBy, actor, cancellation).ConfigureAwait(false);
            for (var i = 0; i < receipt.Verdicts.Count; i++)
                verdicts[part.Value.Places[i]] = receipt.Verdicts[i];
            Advance(part.Key, receipt.Head);
        })).ConfigureAwait(false);
        return verdicts;
    }

    public IEnumerable<(int Shard, long Position)> Heads()
    {
        for (var shard = 0; shard < _heads.Length; shard++)
        {
            // Shards absent from a token have no known position; 0 would say that they are empty.
            if (Volatile.Read(ref _heads[shard]) is var head and > 0)
                yield return (shard, head);
        }
    }

    /// <summary>The shard's last committed position that this node has heard of; 0 for none.</summary>
    public long HeadOf(int shard) => Volatile.Read(ref _heads[shard]);

    /// <summary>Takes note of a position that somebody has told of.</summary>
    public void Advance(int shard, long position)
    {
        long known;
        while ((known = Volatile.Read(ref _heads[shard])) < position
            && Interlocked.CompareExchange(ref _heads[shard], position, known) != known)
        {
        }
    }

    private async Task<ShardReceipt> CommitAsync(
        int shard, List<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var operation = Guid.NewGuid();
        for (var pauseMs = FirstPauseMs; ; pauseMs = Math.Min(pauseMs * 2, options.RetryPauseMsMax))
        {
            try
            {
                return local.Owns(shard)
                    ? await local.CommitAsync(shard, events, readBy, actor, cancellation).ConfigureAwait(false)
                    : await owners.CommitAsync(shard, events, actor, operation, cancellation).ConfigureAwait(false);
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Busy or StoreFault.Unavailable
                && time.GetElapsedTime(began).TotalMilliseconds + pauseMs < options.OwnerWaitMsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), time, cancellation).ConfigureAwait(false);
            }
        }
    }
}
