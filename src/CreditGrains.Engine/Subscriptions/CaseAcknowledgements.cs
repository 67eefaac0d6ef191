using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// How many of the subscriptions that cover a case's organisation have acknowledged what it has come to: none of its changes that such a
/// subscription wants is still before the subscription's cursor.
/// </summary>
public sealed class CaseAcknowledgements
{
    /// <summary>A subscription that is further behind counts as one that has not acknowledged.</summary>
    private const int BehindMax = 200;

    private static readonly string[] Types =
        [ChangeTypes.Case, ChangeTypes.RecordRevised, ChangeTypes.RecordWithdrawn, ChangeTypes.PublicityBegun, ChangeTypes.PublicityEnded];

    private readonly IStore _store;
    private readonly SubscriptionService _subscriptions;

    internal CaseAcknowledgements(IStore store, SubscriptionService subscriptions) =>
        (_store, _subscriptions) = (store, subscriptions);

    /// <param name="found">A case with its steps.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many have acknowledged, of how many.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(int Acknowledged, int Covered)> CountAsync(StoredCase found, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(found);
        var shard = ShardMap.ShardOf(found.Subject, _store.ShardCount);
        var since = found.Steps.Count > 0 ? found.Steps[^1].At : DateTimeOffset.MaxValue;
        var covering = (await _subscriptions.ListAsync(cancellation).ConfigureAwait(false))
            .Where(subscription => subscription.CreatedAt <= since && Types.Any(type => subscription.Wants(
                new SubjectChange(shard, 0, found.Subject, type, "{}", since)))).ToList();
        if (covering.Count == 0)
            return (0, 0);
        var status = (await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(each => each.Shard == shard);

        // The changes of the last step are in the outbox once its row is written back.
        if (status is null || status.Watermark < found.Position)
            return (0, covering.Count);
        var acknowledged = 0;
        var pages = new Dictionary<long, IReadOnlyList<SubjectChange>>();
        foreach (var subscription in covering)
        {
            if (await CursorAsync(subscription, shard, cancellation).ConfigureAwait(false) is not { } after)
                continue;
            if (!pages.TryGetValue(after, out var page))
            {
                pages[after] = page = await _store.Subjects.ReadChangesAsync(shard, after, BehindMax + 1, cancellation)
                    .ConfigureAwait(false);
            }

            if (page.Count <= BehindMax && !page.Any(change => change.Subject == found.Subject && subscription.Wants(change)))
                acknowledged++;
        }

        return (acknowledged, covering.Count);
    }

    /// <summary>Null where its sender cannot be asked at the moment.</summary>
    private async Task<long?> CursorAsync(Subscription subscription, int shard, CancellationToken cancellation)
    {
        try
        {
            var status = await _subscriptions.StatusAsync(subscription, cancellation).ConfigureAwait(false);
            return ChangeCursor.TryParse(status.Progress.After, out var cursor) ? cursor.NumberOf(shard) : null;
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
