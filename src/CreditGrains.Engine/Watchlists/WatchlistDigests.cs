using System.Text.Json;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Watchlists;

/// <summary>How far the outbox is in digests.</summary>
/// <param name="Day">The last day of which they are made.</param>
/// <param name="After">Cursor behind the changes that are in them.</param>
internal sealed record WatchlistDigestPlace(DateOnly Day, string After);

/// <summary>
/// Makes the digests of each legal day once it is over: one pass over the outbox for all lists together, behind a place that every node
/// shares. A node that is slower than another, or dies on the way, writes nothing: digests and place are one transaction.
/// </summary>
/// <remarks>
/// A change that is written behind the place after its day was closed, by a clock that is late, is in the next day's digest: none is missed
/// and none is told twice.
/// </remarks>
public sealed class WatchlistDigests
{
    /// <summary>How long digests are kept, in days.</summary>
    public const int KeptDays = 92;

    private const string Kind = "watchlist-digest";
    private const string Place = "place";
    private const int PageMax = 1000;
    private const int DaysMax = 7;
    private const int TrimMax = 1000;

    /// <summary>A day is closed so long after its end: writes of its last moments are committed by then.</summary>
    internal static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    private readonly IStore _store;
    private readonly ChangeFeed _feed;
    private readonly WatchlistService _lists;
    private readonly RulesInForce _rules;
    private readonly TimeProvider _time;
    private DateOnly _trimmed;

    internal WatchlistDigests(IStore store, ChangeFeed feed, WatchlistService lists, RulesInForce rules, TimeProvider time) =>
        (_store, _feed, _lists, _rules, _time) = (store, feed, lists, rules, time);

    /// <summary>Digests of a list without their documents, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<WatchlistDigest>> ListAsync(
        string watchlist, DateOnly? before, int limit, CancellationToken cancellation) =>
        _store.WatchlistDigests.ListAsync(watchlist, before, limit, cancellation);

    /// <summary>The document of one day; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<WatchlistDigestDocument?> FindAsync(string watchlist, DateOnly day, CancellationToken cancellation) =>
        (await _store.WatchlistDigests.FindAsync(watchlist, day, cancellation).ConfigureAwait(false))?.Content is { } content
            ? DocumentOf(content) : null;

    internal static WatchlistDigestDocument DocumentOf(string content) =>
        JsonSerializer.Deserialize(content, WatchlistJson.Default.WatchlistDigestDocument)
            ?? throw new InvalidDataException("This is not a digest.");

    /// <summary>Cursor that changes must be kept from for the digests to come; null while no list wants one.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task<ChangeCursor?> ReadUpToAsync(CancellationToken cancellation) =>
        await PlaceAsync(cancellation).ConfigureAwait(false) is { Place: { } place }
        && ChangeCursor.TryParse(place.After, out var after)
        && (await _lists.ListAsync(cancellation).ConfigureAwait(false)).Any(list => list.IsDaily) ? _feed.Kept(after) : null;

    /// <summary>
    /// Makes the digests of the days that are over, the oldest first; a node does so by itself every few seconds. A day is over two minutes
    /// after its end.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        var rulebook = _rules.Now().Evaluator.Rulebook;
        var last = rulebook.DateAt(_time.GetUtcNow() - Delay).AddDays(-1);
        var (place, version) = await PlaceAsync(cancellation).ConfigureAwait(false);
        if (place is null)
        {
            var (begin, _) = await EndOfAsync(last, rulebook.TimeZone, cancellation).ConfigureAwait(false);
            await WriteAsync([], last, begin, null, cancellation).ConfigureAwait(false);
            return;
        }

        var day = place.Day.AddDays(1);
        if (day <= last.AddDays(-DaysMax))
            day = last.AddDays(1 - DaysMax);
        while (place is { } from && day <= last)
        {
            (place, version) = await MakeAsync(day, from, version, rulebook.TimeZone, cancellation).ConfigureAwait(false);
            day = day.AddDays(1);
        }

        if (_trimmed < last)
        {
            await _store.WatchlistDigests.TrimAsync(_time.GetUtcNow().AddDays(-KeptDays), TrimMax, cancellation).ConfigureAwait(false);
            _trimmed = last;
        }
    }

    /// <returns>The next place; null where another node has been faster.</returns>
    private async Task<(WatchlistDigestPlace? Place, long? Version)> MakeAsync(
        DateOnly day, WatchlistDigestPlace place, long? version, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var (until, first) = await EndOfAsync(day, zone, cancellation).ConfigureAwait(false);
        var isKnown = ChangeCursor.TryParse(place.After, out var kept);
        var after = isKnown ? _feed.Kept(kept!) : first;
        isKnown &= after.Incarnation == _store.Incarnation;
        var numbers = Enumerable.Range(0, _store.ShardCount)
            .Select(shard => Math.Max(isKnown ? after.NumberOf(shard) : 0, first.NumberOf(shard))).ToArray();
        var drafts = (await _lists.ListAsync(cancellation).ConfigureAwait(false)).Where(list => list.IsDaily)
            .Select(list => new WatchlistDigestDraft(list, _store.Incarnation)).ToList();
        var isComplete = isKnown && !numbers.Where((number, shard) => number > after.NumberOf(shard)).Any();
        if (drafts.Count > 0)
            isComplete &= await ReadAsync(numbers, until, drafts, cancellation).ConfigureAwait(false);
        var digests = new List<WatchlistDigest>(drafts.Count);
        foreach (var draft in drafts)
        {
            digests.Add(draft.Close(
                day, isComplete, await NamesAsync(draft, cancellation).ConfigureAwait(false), _time.GetUtcNow()));
        }

        return await WriteAsync(digests, day, until, version, cancellation).ConfigureAwait(false);
    }

    /// <returns>False where changes on the way are no longer kept.</returns>
    private async Task<bool> ReadAsync(
        long[] numbers, ChangeCursor until, List<WatchlistDigestDraft> drafts, CancellationToken cancellation)
    {
        var isComplete = true;
        while (true)
        {
            var asked = Enumerable.Range(0, numbers.Length).Where(shard => numbers[shard] < until.NumberOf(shard))
                .Select(shard => new ShardNumber(shard, numbers[shard])).ToList();
            if (asked.Count == 0)
                return isComplete;
            var found = await _store.Subjects.ReadChangesAsync(asked, Math.Max(1, PageMax / asked.Count), cancellation)
                .ConfigureAwait(false);
            foreach (var shard in asked)
            {
                // Nothing where a number was given: the rest of the shard was pruned meanwhile.
                if (!found.Any(change => change.Shard == shard.Shard))
                    (numbers[shard.Shard], isComplete) = (until.NumberOf(shard.Shard), false);
            }

            var changes = found.Where(change => change.Number <= until.NumberOf(change.Shard)).ToList();
            foreach (var change in found)
            {
                isComplete &= change.Number == numbers[change.Shard] + 1;
                numbers[change.Shard] = change.Number;
            }

            var looked = changes.Where(change => drafts.Exists(draft => draft.Matcher.NeedsRows && draft.Matcher.MayWant(change))).ToList();
            var rows = looked.Count == 0 ? [] : await WatchlistService.RowsAsync(_store, looked, cancellation).ConfigureAwait(false);
            foreach (var change in changes)
            {
                foreach (var draft in drafts.Where(draft => draft.Matcher.MayWant(change)))
                    draft.Add(change, rows.GetValueOrDefault(change.Subject.Value));
            }
        }
    }

    private async Task<Dictionary<string, StoredSubject>> NamesAsync(WatchlistDigestDraft draft, CancellationToken cancellation) =>
        draft.Listed.Count == 0 ? [] : await WatchlistService.RowsAsync(_store, draft.Listed, cancellation).ConfigureAwait(false);

    private async Task<(WatchlistDigestPlace? Place, long? Version)> PlaceAsync(CancellationToken cancellation)
    {
        var document = await _store.Control.FindAsync(Kind, Place, cancellation).ConfigureAwait(false);
        return document is null ? (null, null) : (JsonSerializer.Deserialize(
            document.Content, WatchlistJson.Default.WatchlistDigestPlace), document.Version);
    }

    private async Task<(WatchlistDigestPlace? Place, long? Version)> WriteAsync(
        List<WatchlistDigest> digests, DateOnly day, ChangeCursor until, long? version, CancellationToken cancellation)
    {
        var place = new WatchlistDigestPlace(day, until.ToString());
        try
        {
            await _store.WatchlistDigests.AddAsync(
                digests,
                new ControlWrite(
                    Kind, Place, version, JsonSerializer.Serialize(place, WatchlistJson.Default.WatchlistDigestPlace), null),
                cancellation).ConfigureAwait(false);
            return (place, (version ?? 0) + 1);
        }
        catch (WriteConflictException)
        {
            // Another node has been faster.
            return (null, null);
        }
    }

    /// <summary>The place behind the changes of a day, and the one before the first that is kept.</summary>
    private async Task<(ChangeCursor Until, ChangeCursor First)> EndOfAsync(
        DateOnly day, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        var end = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime().AddTicks(-1);
        var heads = await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
        var first = await _feed.FirstAsync(cancellation).ConfigureAwait(false);
        return ((await _feed.AtAsync(end, first, heads, cancellation).ConfigureAwait(false)).Cursor, first);
    }
}
