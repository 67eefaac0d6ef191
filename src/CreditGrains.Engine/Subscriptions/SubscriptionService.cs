using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Subscriptions (订阅): who is told of changes. What is asked for stands in the store as one control document each, so that every node sees
/// and changes it; how far it is, its sender knows.
/// </summary>
/// <remarks>
/// There are <see cref="SubscriptionOptions.SubscriptionsMax"/> places; who deletes a subscription frees its place, and nothing of its
/// address or secret stays, nor can be read in the store's files (PostgreSQL: once it has vacuumed). Each step is a compare-and-swap.
/// </remarks>
public sealed class SubscriptionService
{
    private const string Kind = "subscription";
    private const int PlaceDigits = 4;
    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int AttemptsMax = 8;
    private const int DocumentsMax = 1000;

    private readonly IStore _store;
    private readonly ChangeFeed _feed;
    private readonly SubscriptionOptions _options;
    private readonly ReceiverGuard _guard;
    private readonly TimeProvider _time;
    private ISubscriptionDispatcher? _senders;
    private long _woken;

    internal SubscriptionService(IStore store, ChangeFeed feed, SubscriptionOptions options, TimeProvider time)
    {
        _store = store;
        _feed = feed;
        _options = options;
        _guard = new ReceiverGuard(options);
        _time = time;
    }

    /// <summary>The senders; set before the first request.</summary>
    internal ISubscriptionDispatcher Senders
    {
        private get => _senders ?? throw new InvalidOperationException("Nobody sends yet.");
        set => _senders = value;
    }

    /// <summary>Makes one.</summary>
    /// <param name="order">The request.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The subscription with its secret, which is told this once; or why it is refused.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(Subscription? Subscription, Rejection? Rejection)> CreateAsync(
        SubscriptionCommand order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (_guard.Refuse(order.Url) is { } refused)
            return (null, new Rejection(ErrorCatalogue.SubscriptionUrl, "/url", refused));
        var from = order.From ?? await _feed.NowAsync(cancellation).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var documents = (await DocumentsAsync(cancellation).ConfigureAwait(false)).ToDictionary(document => document.Id);
            if (order.Operation is { } operation
                && documents.Values.Select(Subscription.Of).FirstOrDefault(each => each.Operation == operation) is { } made)
            {
                // The same command again, whose answer was lost.
                if (made.IsDeleted)
                    return (null, new Rejection(ErrorCatalogue.UnknownSubscription, "", made.Id));
                await Senders.WakeAsync(made.Id).ConfigureAwait(false);
                return (made, null);
            }

            if (PlaceIn(documents) is not { } place)
                return (null, new Rejection(ErrorCatalogue.TooManySubscriptions, "", $"{_options.SubscriptionsMax}"));
            var subscription = new Subscription
            {
                Id = place + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
                Url = order.Url,
                Types = order.Types,
                Subjects = order.Subjects,
                Grades = order.Grades,
                Actor = order.Actor,
                Purpose = order.Purpose,
                CreatedAt = _time.GetUtcNow(),
                Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)),
                From = from.ToString(),
                Version = documents.GetValueOrDefault(place)?.Version ?? 0,
                Operation = order.Operation,
            };
            try
            {
                await WriteAsync(subscription, subscription, "created", order.Actor, cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another node has taken that place.
                continue;
            }

            await Senders.WakeAsync(subscription.Id).ConfigureAwait(false);
            return (subscription, null);
        }
    }

    /// <summary>Those that there are, by place.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<Subscription>> ListAsync(CancellationToken cancellation) =>
    [
        .. (await DocumentsAsync(cancellation).ConfigureAwait(false)).Select(Subscription.Of)
            .Where(subscription => !subscription.IsDeleted),
    ];

    /// <summary>One; null when it is not known or deleted.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<Subscription?> FindAsync(string id, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(id) || id.Length != PlaceDigits + (IdBytes * 2) || !id.All(char.IsAsciiHexDigitLower))
            return null;
        var document = await _store.Control.FindAsync(Kind, PlaceOf(id), cancellation).ConfigureAwait(false);
        return document is not null && Subscription.Of(document) is { IsDeleted: false } found && found.Id == id ? found : null;
    }

    /// <summary>How one stands.</summary>
    /// <exception cref="StoreException">The store cannot be read, or its sender cannot be asked at the moment.</exception>
    public async Task<SubscriptionStatus> StatusAsync(Subscription subscription, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var known = await Senders.FindAsync(subscription.Id, cancellation).ConfigureAwait(false);
        var progress = known is null || known.Turn < subscription.Turn
            ? SubscriptionProgress.AtStart(subscription, known)
            : known;
        var lag = ChangeCursor.TryParse(progress.After, out var after)
            ? await _feed.LagAsync(after, cancellation).ConfigureAwait(false) : 0;
        return new SubscriptionStatus(subscription, subscription.IsHeld ? progress with { IsPaused = true } : progress, lag);
    }

    /// <summary>Ends one; what is on its way to the receiver may still arrive.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> DeleteAsync(string id, string actor, CancellationToken cancellation) => await ChangeAsync(
        id, "deleted", actor,
        known => Task.FromResult(new Subscription
        {
            Id = known.Id, IsDeleted = true, Version = known.Version, Operation = known.Operation,
        }), cancellation)
        .ConfigureAwait(false) is not null;

    /// <summary>Sends again from a cursor; one that was paused goes on.</summary>
    /// <param name="id">Which.</param>
    /// <param name="from">After this; null from where it is.</param>
    /// <param name="actor">Caller.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The subscription; null when there is none.</returns>
    /// <exception cref="StoreException">The store cannot be read or written, or its sender cannot be asked.</exception>
    public Task<Subscription?> ReplayAsync(string id, ChangeCursor? from, string actor, CancellationToken cancellation) => ChangeAsync(
        id, "replayed", actor,
        async known => known with
        {
            Turn = known.Turn + 1,
            IsHeld = false,
            From = from?.ToString() ?? (await StatusAsync(known, cancellation).ConfigureAwait(false)).Progress.After,
        },
        cancellation);

    /// <summary>
    /// Holds one where it is; what is on its way to the receiver may still arrive. A replay without a cursor goes on from there.
    /// </summary>
    /// <returns>The subscription; null when there is none.</returns>
    /// <exception cref="StoreException">The store cannot be read or written, or its sender cannot be asked.</exception>
    public Task<Subscription?> PauseAsync(string id, string actor, CancellationToken cancellation) =>
        ChangeAsync(id, "paused", actor, known => Task.FromResult(known with { IsHeld = true }), cancellation);

    /// <summary>In a cluster, now and then: sees to it that each has a sender.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        if (_woken != 0 && _time.GetElapsedTime(_woken) < _options.WakeEvery)
            return;
        _woken = _time.GetTimestamp();
        await WakeAllAsync(cancellation).ConfigureAwait(false);
    }

    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task WakeAllAsync(CancellationToken cancellation)
    {
        foreach (var subscription in await ListAsync(cancellation).ConfigureAwait(false))
            await Senders.WakeAsync(subscription.Id).ConfigureAwait(false);
    }

    /// <summary>The place that an id names.</summary>
    internal static string PlaceOf(string id) => id[..PlaceDigits];

    private async Task<Subscription?> ChangeAsync(
        string id, string action, string actor, Func<Subscription, Task<Subscription>> change, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } known)
                return null;
            var next = await change(known).ConfigureAwait(false);
            try
            {
                await WriteAsync(next, known, action, actor, cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another write came between: checked again against the newer state.
                continue;
            }

            await Senders.WakeAsync(id).ConfigureAwait(false);
            return next;
        }
    }

    private Task WriteAsync(Subscription next, Subscription known, string action, string actor, CancellationToken cancellation)
    {
        var act = JsonSerializer.Serialize(
            new SubscriptionAction(next.Id, new Uri(known.Url).Host), SubscriptionJson.Default.SubscriptionAction);
        return _store.Control.WriteAsync(
            [
                new ControlWrite(
                    Kind, PlaceOf(next.Id), next.Version == 0 ? null : next.Version, next.ToJson(), new ControlAction(action, actor, act))
                {
                    Wipes = next.IsDeleted,
                },
            ],
            cancellation);
    }

    private Task<IReadOnlyList<ControlDocument>> DocumentsAsync(CancellationToken cancellation) =>
        _store.Control.ListAsync(Kind, null, DocumentsMax, cancellation);

    private string? PlaceIn(Dictionary<string, ControlDocument> documents) => Enumerable.Range(0, _options.SubscriptionsMax)
        .Select(place => place.ToString($"x{PlaceDigits}", CultureInfo.InvariantCulture))
        .FirstOrDefault(place => !documents.TryGetValue(place, out var document) || Subscription.Of(document).IsDeleted);
}
