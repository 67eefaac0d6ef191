using System.Text.Json;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Watchlists;

/// <summary>A digest while the day's changes are read.</summary>
/// <param name="list">Its list.</param>
/// <param name="incarnation">Of the store: part of each event's id.</param>
internal sealed class WatchlistDigestDraft(Watchlist list, uint incarnation)
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<SubjectChange> _listed = [];
    private long _changes;

    public WatchlistMatcher Matcher { get; } = new(list);

    /// <summary>Changes that are listed one by one.</summary>
    public IReadOnlyList<SubjectChange> Listed => _listed;

    /// <summary>Takes a change that may be wanted.</summary>
    public void Add(SubjectChange change, StoredSubject? row)
    {
        if (change.At < list.CreatedAt || !Matcher.Wants(change, row))
            return;
        var type = CloudEvent.TypeBegin + change.Type;
        _counts[type] = _counts.GetValueOrDefault(type) + 1;
        _changes++;
        if (_listed.Count < WatchlistDigestDocument.ChangesMax)
            _listed.Add(change);
    }

    public WatchlistDigest Close(
        DateOnly day, bool isComplete, IReadOnlyDictionary<string, StoredSubject> rows, DateTimeOffset now)
    {
        var organisations = _listed.GroupBy(change => change.Subject.Value).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new WatchedOrganisation(
                group.Key, rows.GetValueOrDefault(group.Key)?.Description?.Name,
                [.. group.Select(change => CloudEvent.Of(change, incarnation))]));
        var document = new WatchlistDigestDocument(
            list.Id, list.Name, day, _changes, _counts, [.. organisations], _changes - _listed.Count, isComplete);
        return new WatchlistDigest
        {
            Watchlist = list.Id,
            Day = day,
            MadeAt = now,
            Counts = JsonSerializer.Serialize(_counts),
            Content = JsonSerializer.Serialize(document, WatchlistJson.Default.WatchlistDigestDocument),
            Delivery = list.Subscription is { } subscription ? new WatchlistDelivery(subscription, 0, now) : null,
        };
    }
}
