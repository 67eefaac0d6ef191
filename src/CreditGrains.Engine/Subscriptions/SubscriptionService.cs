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
            if (_options.Keys is null && _options.RequiresKeys)
                return (null, new Rejection(ErrorCatalogue.SecretKeyMissing, ""));
            var id = place + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
            var subscription = new Subscription
            {
                Id = id,
                Url = order.Url,
                Types = order.Types,
                Subjects = order.Subjects,
                Grades = order.Grades,
                Actor = order.Actor,
                Purpose = order.Purpose,
                CreatedAt = _time.GetUtcNow(),
                Secret = NewSecret(id),
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
    /// Gives one a new secret; the former one signs beside it for a while, so that the receiver can change over without missing any.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="overlap">How long the former secret holds; 0 to <see cref="SubscriptionOptions.SecretOverlapMax"/>.</param>
    /// <param name="operation">Names the command: under the same name nothing is done again. Null for none.</param>
    /// <param name="actor">Caller.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The subscription with its new secret; null when there is none.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<Subscription?> RotateAsync(
        string id, TimeSpan overlap, string? operation, string actor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, _options.SecretOverlapMax);
        if (operation is not null && await FindAsync(id, cancellation).ConfigureAwait(false) is { } made && made.RotatedBy == operation)
            return made;
        return await ChangeAsync(
            id, "rotated", actor,
            known => Task.FromResult(known with
            {
                Secret = NewSecret(id),
                FormerSecret = overlap > TimeSpan.Zero ? known.Secret : null,
                FormerUntil = overlap > TimeSpan.Zero ? _time.GetUtcNow() + overlap : null,
                RotatedBy = operation,
            }),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>The key of a subscription's signatures, in base64: to be told to whom it was made for, once.</summary>
    /// <exception cref="StoreException">The key that it is encrypted with is not here.</exception>
    public string SecretOf(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return Plain(subscription.Secret, subscription.Id);
    }

    /// <summary>Keys that sign now: the present one first, and the former one while it holds.</summary>
    /// <exception cref="StoreException">A key that they are encrypted with is not here.</exception>
    internal IReadOnlyList<byte[]> SecretsOf(Subscription subscription)
    {
        var present = Convert.FromBase64String(SecretOf(subscription));
        return subscription.FormerSecret is { } former && subscription.FormerUntil > _time.GetUtcNow()
            ? [present, Convert.FromBase64String(Plain(former, subscription.Id))]
            : [present];
    }

    /// <summary>
    /// At the start: encrypts what stands in the database as it is, or under a former key, and wipes it there. Without the key of a secret
    /// that is encrypted nothing starts: its receiver would be told nothing, without a word.
    /// </summary>
    /// <exception cref="StoreException">A key is missing; or the store cannot be read or written.</exception>
    internal async Task ProtectSecretsAsync(CancellationToken cancellation)
    {
        foreach (var subscription in await ListAsync(cancellation).ConfigureAwait(false))
        {
            foreach (var stored in new[] { subscription.Secret, subscription.FormerSecret ?? "" }.Where(SecretKeyRing.IsProtected))
            {
                if (_options.Keys?.Has(SecretKeyRing.KeyIdOf(stored)) != true)
                    throw SecretKeyRing.Missing(SecretKeyRing.KeyIdOf(stored));
            }

            if (_options.Keys is not { } keys || keys.IsCurrent(subscription.Secret))
                continue;
            try
            {
                var next = subscription with
                {
                    Secret = keys.Protect(SecretOf(subscription), subscription.Id),
                    FormerSecret = subscription.FormerSecret is { } former
                        ? keys.Protect(Plain(former, subscription.Id), subscription.Id) : null,
                };
                var write = new ControlWrite(Kind, PlaceOf(next.Id), next.Version, next.ToJson(), null) { Wipes = true };
                await _store.Control.WriteAsync([write], cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException)
            {
                // Another node that starts has done so.
            }
        }
    }

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

    /// <summary>Whether a subscription has an encrypted secret.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal static async Task<bool> HasProtectedAsync(IControlStore control, CancellationToken cancellation) =>
        (await control.ListAsync(Kind, null, DocumentsMax, cancellation).ConfigureAwait(false))
            .Any(document => SecretKeyRing.IsProtected(Subscription.Of(document).Secret));

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

    private string NewSecret(string id)
    {
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));
        return _options.Keys?.Protect(secret, id) ?? secret;
    }

    private string Plain(string stored, string id) => !SecretKeyRing.IsProtected(stored) ? stored
        : _options.Keys?.Unprotect(stored, id) ?? throw SecretKeyRing.Missing(SecretKeyRing.KeyIdOf(stored));

    private Task<IReadOnlyList<ControlDocument>> DocumentsAsync(CancellationToken cancellation) =>
        _store.Control.ListAsync(Kind, null, DocumentsMax, cancellation);

    private string? PlaceIn(Dictionary<string, ControlDocument> documents) => Enumerable.Range(0, _options.SubscriptionsMax)
        .Select(place => place.ToString($"x{PlaceDigits}", CultureInfo.InvariantCulture))
        .FirstOrDefault(place => !documents.TryGetValue(place, out var document) || Subscription.Of(document).IsDeleted);
}
