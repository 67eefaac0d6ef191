using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Sources;

/// <summary>
/// Reports of one source in an interval, over all organisations: after its token has leaked, or a wrong file. The journal has no
/// index by source; its positions stand in the order of time in each shard, so that the first of an interval is found there, and the shard
/// is read from it on, so many entries at most for a page.
/// </summary>
public sealed class ReportedEvents
{
    /// <summary>Entries that a page looks through at most; it may come with fewer than were asked for, or none.</summary>
    internal const int LookedAtMax = 20_000;

    private const int EntriesAtOnce = 500;

    /// <summary>A shard goes from node to node, whose clocks differ.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(5);

    private readonly IJournal _journal;
    private readonly int _shards;

    internal ReportedEvents(IJournal journal, int shards) => (_journal, _shards) = (journal, shards);

    /// <summary>One page, by shard and position.</summary>
    /// <param name="source">The source.</param>
    /// <param name="since">The first instant of receipt.</param>
    /// <param name="until">The instant after the last.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ReportedPage> ReadAsync(
        SourceId source, DateTimeOffset since, DateTimeOffset until, ShardNumber? after, int limit, CancellationToken cancellation)
    {
        var (found, lookedAt) = (new List<JournalEntry>(), 0);
        for (var shard = after?.Shard ?? 0; shard < _shards; shard++)
        {
            var position = after is { } place && place.Shard == shard
                ? place.Number : await _journal.PositionAtAsync(shard, since - Disorder, cancellation).ConfigureAwait(false);
            for (var isOver = false; !isOver;)
            {
                var entries = await _journal.ReadShardAsync(shard, position, EntriesAtOnce, cancellation).ConfigureAwait(false);
                isOver = entries.Count < EntriesAtOnce;
                foreach (var entry in entries)
                {
                    if (entry.ReceivedAt > until + Disorder)
                    {
                        isOver = true;
                        break;
                    }

                    (position, lookedAt) = (entry.Position, lookedAt + 1);
                    if (entry.Record.Source == source && entry.ReceivedAt >= since && entry.ReceivedAt < until)
                        found.Add(entry);
                    if (found.Count == limit || lookedAt == LookedAtMax)
                        return new ReportedPage(found, new ShardNumber(shard, position));
                }
            }
        }

        return new ReportedPage(found, null);
    }
}

/// <summary>A page of what one source has reported.</summary>
/// <param name="Items">By shard and position.</param>
/// <param name="Next">Where the next page begins; null where there is none.</param>
public sealed record ReportedPage(IReadOnlyList<JournalEntry> Items, ShardNumber? Next);
