using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Appends admitted batches to the journal and hands the appended events to their shards' owners, in position order and without a gap. An
/// append whose outcome is unknown is settled by reading the journal before anything else of its lane is appended (I1, I2).
/// </summary>
/// <param name="store">The store.</param>
/// <param name="heads">Last position of each shard.</param>
/// <param name="owners">Which shards this process works on, and where their events go.</param>
/// <param name="reader">The reader of the rules in force.</param>
/// <param name="time">The clock.</param>
/// <param name="meter">Counts what is committed.</param>
internal sealed class JournalAppender(
    IStore store, long[] heads, IEventOwners owners, Func<EventReader> reader, TimeProvider time, EngineMeter meter)
{
    private const int CatchUpPage = 1000;

    /// <summary>Last committed position of a shard.</summary>
    public long HeadOf(int shard) => Volatile.Read(ref heads[shard]);

    /// <summary>Where a shard stands that this process begins to work on.</summary>
    public void Begin(int shard, long head) => Volatile.Write(ref heads[shard], head);

    /// <summary>Appends a batch in one transaction and delivers it.</summary>
    /// <exception cref="DuplicateRevisionException">Another process has appended one of the revisions; nothing was appended.</exception>
    /// <exception cref="StoreException">The events were not appended, as far as the journal could be read.</exception>
    public async Task AppendAsync(CommitLane lane, AdmittedBatch batch, EventReader readBy)
    {
        IReadOnlyList<JournalEntry> appended;
        lane.IsUnsettled = true;
        var begun = time.GetTimestamp();
        try
        {
            appended = await store.Journal.AppendAsync(batch.Entries, CancellationToken.None).ConfigureAwait(false);
            meter.Committed(batch.Entries.Count, time.GetElapsedTime(begun));
        }
        catch (ShardLostException)
        {
            // Refused under the lock of the shard's row: certainly nothing was appended.
            lane.IsUnsettled = false;
            throw;
        }
        catch (StoreException fault) when (fault is not DuplicateRevisionException)
        {
            // The outcome is unknown: the transaction may have been committed and only its answer lost. All or nothing was appended,
            // so one event tells of all.
            if (await SettleAsync(lane, batch.Events[0]).ConfigureAwait(false))
                return;
            throw;
        }

        // Before the delivery, which may wait for the fold: the journal answers for these records now, and other lanes may go on.
        lane.EndAppend();
        await DeliverAsync(batch.Events, appended, readBy).ConfigureAwait(false);
        lane.IsUnsettled = false;
    }

    /// <summary>Delivers what the journal holds beyond the heads known here, after an append of unknown outcome.</summary>
    /// <param name="lane">Lane of the shards that are looked at.</param>
    /// <param name="wanted">An event of the append.</param>
    /// <returns>Whether the event is among it.</returns>
    public async Task<bool> SettleAsync(CommitLane lane, RecordEvent? wanted)
    {
        var found = false;
        foreach (var status in await store.Subjects.ShardsAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!lane.Has(status.Shard) || !owners.Owns(status.Shard))
                continue;
            while (HeadOf(status.Shard) < status.Head)
            {
                var missed = await store.Journal
                    .ReadShardAsync(status.Shard, HeadOf(status.Shard), CatchUpPage, CancellationToken.None).ConfigureAwait(false);
                if (missed.Count == 0)
                    break;
                found |= missed.Any(entry => entry.Record == wanted?.Record && entry.Revision == wanted.Revision);
                await DeliverAsync(status.Shard, [.. missed.Select(ItemOf)]).ConfigureAwait(false);
            }
        }

        lane.IsUnsettled = false;
        return found;
    }

    /// <summary>Delivers appended events of one shard, after those between the known head and the first of them.</summary>
    /// <exception cref="StoreException">Those before it cannot be read.</exception>
    public async ValueTask DeliverNewAsync(int shard, List<FoldItem> items)
    {
        if (items.Count == 0 || !owners.Owns(shard))
            return;

        // Entries whose append was answered with a fault, or that another process has appended, may lie in between.
        while (items[0].Position > HeadOf(shard) + 1)
        {
            var missed = await store.Journal.ReadShardAsync(
                shard, HeadOf(shard), (int)Math.Min(CatchUpPage, items[0].Position - HeadOf(shard) - 1), CancellationToken.None)
                .ConfigureAwait(false);
            await DeliverAsync(shard, [.. missed.Select(ItemOf)]).ConfigureAwait(false);
        }

        await DeliverAsync(shard, items).ConfigureAwait(false);
    }

    private async ValueTask DeliverAsync(List<RecordEvent> events, IReadOnlyList<JournalEntry> appended, EventReader readBy)
    {
        var byShard = appended.CountBy(entry => entry.Shard).ToDictionary(count => count.Key, count => new List<FoldItem>(count.Value));
        for (var i = 0; i < appended.Count; i++)
        {
            var (entry, source) = (appended[i], events[i]);
            byShard[entry.Shard].Add(new FoldItem(
                source.Subject.Value, entry.Position, source.Record, source.Revision, source.Op, source.Kind, source.Facts,
                readBy, source.Payload));
        }

        foreach (var (shard, items) in byShard)
            await DeliverNewAsync(shard, items).ConfigureAwait(false);
    }

    private ValueTask DeliverAsync(int shard, List<FoldItem> items)
    {
        // Before the owner gets them: a token or a "latest" read that names this head then waits until they are folded (I6).
        Volatile.Write(ref heads[shard], items[^1].Position);
        return owners.DeliverAsync(shard, items);
    }

    private FoldItem ItemOf(JournalEntry entry)
    {
        var by = reader();
        return new FoldItem(
            entry.Subject.Value, entry.Position, entry.Record, entry.Revision, entry.FoldedOp, entry.Kind,
            by.FactsOf(entry.Kind, entry.Payload.Span), by, entry.Payload);
    }
}
