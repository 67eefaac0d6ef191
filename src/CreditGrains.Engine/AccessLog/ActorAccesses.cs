using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.AccessLog;

/// <summary>
/// Reads of one person in an interval, over all organisations. The log has no index by reader, and none by time: one would be
/// paid for by every check, and this is asked after a leak. Entries stand in the order of time, so that the first of an interval is found
/// by halving; from there on the log is read, so many entries at most for a page.
/// </summary>
public sealed class ActorAccesses
{
    /// <summary>Entries that a page looks through at most; it may come with fewer than were asked for, or none.</summary>
    internal const int LookedAtMax = 200_000;

    private const int BlocksAtOnce = 64;

    /// <summary>Clocks of nodes differ, and entries wait a moment for each other before they are appended.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(5);

    private readonly IAccessLog _log;
    private readonly IAccessRecorder _recorder;

    internal ActorAccesses(IAccessLog log, IAccessRecorder recorder) => (_log, _recorder) = (log, recorder);

    /// <summary>One page, the oldest first.</summary>
    /// <param name="actor">The reader, as claim <c>sub</c> names it.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="until">The instant after the last.</param>
    /// <param name="after">Number of the last entry that the page before has looked at; null for the first page.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ActorAccessPage> ReadAsync(
        string actor, DateTimeOffset from, DateTimeOffset until, long? after, int limit, CancellationToken cancellation)
    {
        if (after is null)
            await _recorder.FlushAsync(cancellation).ConfigureAwait(false);
        var sought = Encoding.UTF8.GetBytes(actor);
        var began = after ?? await SeekAsync(from - Disorder, cancellation).ConfigureAwait(false);
        var (next, found) = (began, new List<AccessEntry>());
        while (next - began < LookedAtMax)
        {
            var before = next;
            foreach (var block in await _log.BlocksAsync(next + 1, BlocksAtOnce, cancellation).ConfigureAwait(false))
            {
                if (AccessLogBlock.FirstAt(block.Entries) > until + Disorder)
                    return new ActorAccessPage(found, null);
                next = Math.Max(next, AccessLogBlock.ReadBy(sought, block.First, block.Entries, next, entry =>
                {
                    if (entry.At >= from && entry.At < until)
                        found.Add(entry);
                    return found.Count < limit;
                }));
                if (found.Count >= limit)
                    return new ActorAccessPage(found, next);
            }

            if (next == before)
                return new ActorAccessPage(found, null);
        }

        return new ActorAccessPage(found, next);
    }

    /// <summary>A number behind which the first entry of an instant lies, by halving.</summary>
    private async Task<long> SeekAsync(DateTimeOffset instant, CancellationToken cancellation)
    {
        var (low, high) = (0L, (await _log.HeadAsync(cancellation).ConfigureAwait(false)).Number);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (await _log.BlocksAsync(middle, 1, cancellation).ConfigureAwait(false) is not [var block])
                return 0;
            if (AccessLogBlock.FirstAt(block.Entries) < instant)
                low = middle;
            else
                high = block.First - 1;
        }

        return low == 0 ? 0 : (await _log.BlocksAsync(low, 1, cancellation).ConfigureAwait(false))[0].First - 1;
    }
}

/// <summary>A page of what one reader has looked at.</summary>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Behind which entry the next page begins; null where there is none.</param>
public sealed record ActorAccessPage(IReadOnlyList<AccessEntry> Items, long? Next);
