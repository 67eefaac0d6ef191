using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Watchlists;

/// <summary>
/// Sends digests to the receivers of the subscriptions that their lists name, one CloudEvent each, signed as those. Each is tried until the
/// receiver has it, for as long as a subscription is; its id is the same with every attempt.
/// </summary>
internal sealed class WatchlistDigestSender(IStore store, WatchlistService lists, SubscriptionService subscriptions, DeliveryContext tools)
{
    /// <summary>Type of the event.</summary>
    public const string EventType = "creditgrains.watchlist.digest";

    private const string Operation = "watchlist-digest";
    private const int PageMax = 20;
    private static readonly TimeSpan HeldPause = TimeSpan.FromMinutes(5);

    // Shown to their receivers by this process already: at most those that are tried again.
    private readonly ConcurrentDictionary<(string, DateOnly), bool> _shown = new();

    /// <summary>One attempt for each that is due, up to a bound.</summary>
    /// <exception cref="StoreException">The store cannot be read or written, or a key is missing.</exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var due = await store.WatchlistDigests.DueAsync(tools.Time.GetUtcNow(), PageMax, cancellation).ConfigureAwait(false);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = tools.Options.InFlightMax, CancellationToken = cancellation },
            async (digest, stop) =>
            {
                var next = await AttemptAsync(digest, digest.Delivery!, stop).ConfigureAwait(false);
                if (next.NextAt is null)
                    _shown.TryRemove((digest.Watchlist, digest.Day), out _);
                await store.WatchlistDigests.NoteAsync(digest.Watchlist, digest.Day, next, stop).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private async Task<WatchlistDelivery> AttemptAsync(WatchlistDigest digest, WatchlistDelivery delivery, CancellationToken cancellation)
    {
        var now = tools.Time.GetUtcNow();
        if (await lists.FindAsync(digest.Watchlist, cancellation).ConfigureAwait(false) is not { } list)
            return delivery with { NextAt = null, Error = "The watchlist was deleted." };
        if (await subscriptions.FindAsync(delivery.Subscription, cancellation).ConfigureAwait(false) is not { } subscription)
            return delivery with { NextAt = null, Error = "The subscription was deleted." };
        var isLate = now - digest.MadeAt >= tools.Options.GiveUpAfter;
        if (subscription.IsHeld)
            return delivery with { NextAt = isLate ? null : now + HeldPause, Error = "The subscription is paused." };
        var sent = EventOf(digest);
        if (_shown.TryAdd((digest.Watchlist, digest.Day), true))
            await RecordAsync(list, digest, cancellation).ConfigureAwait(false);
        var answer = await tools.Webhooks.SendAsync(
            subscription.Url, tools.SecretsOf(subscription), sent.Id, sent.ToUtf8(), cancellation).ConfigureAwait(false);
        tools.Sent(answer.Error is null);
        if (answer.Error is null)
            return delivery with { NextAt = null, DeliveredAt = now, Error = null };
        var attempts = delivery.Attempts + 1;
        return delivery with
        {
            Attempts = attempts,
            NextAt = answer.IsGone || isLate ? null : now + tools.Options.PauseAfter(attempts, answer.RetryAfter),
            Error = answer.Error,
        };
    }

    private CloudEvent EventOf(WatchlistDigest digest) => new()
    {
        Id = string.Create(
            CultureInfo.InvariantCulture, $"{store.Incarnation:x8}-{digest.Watchlist}-{digest.Day:yyyy-MM-dd}"),
        Type = EventType,
        Subject = digest.Watchlist,
        Time = digest.MadeAt,
        Data = JsonDocument.Parse(digest.Content!).RootElement,
    };

    /// <summary>Readings are recorded before the organisations are shown (I9).</summary>
    private async Task RecordAsync(Watchlist list, WatchlistDigest digest, CancellationToken cancellation)
    {
        foreach (var organisation in WatchlistDigests.DocumentOf(digest.Content!).Organisations)
        {
            await tools.Access.RecordAsync(
                list.Actor, list.Purpose, Operation, new SubjectId(organisation.Subject), digest.Watchlist, cancellation)
                .ConfigureAwait(false);
        }
    }
}
