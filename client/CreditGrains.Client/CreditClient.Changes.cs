using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CreditGrains.Client;

// Being told: changes, and subscriptions to them.
public sealed partial class CreditClient
{
    private const int WatchLimit = 200;

    /// <summary>Changes after a cursor.</summary>
    /// <param name="after">A cursor, an instant with offset, or <c>now</c>; null for the first that is kept.</param>
    /// <param name="types">Types of CloudEvents, or <c>*</c>; null for grades and steps of cases.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="CreditProblemException"><c>cursor-expired</c>: changes after it are no longer kept.</exception>
    public Task<ChangePage> ChangesAsync(
        string? after = null, IReadOnlyList<string>? types = null, int limit = 100, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Get,
            $"v1/changes{Query(("after", after), ("types", types is null ? null : string.Join(',', types)), ("limit", Number(limit)))}"),
        safe: true, CreditJson.Default.ChangePage, cancellation);

    /// <summary>
    /// Changes as they come, page by page, until it is cancelled: an empty one now and then. To go on another time, keep the cursor of the
    /// last page; none is missed.
    /// </summary>
    /// <param name="after">As of <see cref="ChangesAsync"/>.</param>
    /// <param name="types">Likewise.</param>
    /// <param name="pause">Between two looks where there is nothing new; null for a second.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<ChangePage> WatchAsync(
        string? after, IReadOnlyList<string>? types = null, TimeSpan? pause = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var page = await ChangesAsync(after, types, WatchLimit, cancellation).ConfigureAwait(false);
            yield return page;
            after = page.Cursor;
            if (!page.More)
                await Task.Delay(pause ?? TimeSpan.FromSeconds(1), _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The subscriptions that there are.</summary>
    public Task<SubscriptionPage> SubscriptionsAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/subscriptions"), safe: true, CreditJson.Default.SubscriptionPage, cancellation);

    /// <summary>One subscription.</summary>
    public Task<Subscription> SubscriptionAsync(string id, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/subscriptions/{Escape(id)}"), safe: true, CreditJson.Default.Subscription, cancellation);

    /// <summary>Has changes posted to a receiver; the answer tells the secret, once.</summary>
    public Task<Subscription> SubscribeAsync(SubscriptionRequest request, CancellationToken cancellation = default) =>
        CommandAsync("v1/subscriptions", request, CreditJson.Default.SubscriptionRequest, cancellation);

    /// <summary>Sends again from a cursor or an instant; null to go on where it stopped.</summary>
    public Task<Subscription> ReplaySubscriptionAsync(string id, string? after, CancellationToken cancellation = default) =>
        CommandAsync($"v1/subscriptions/{Escape(id)}:replay", new(after), CreditJson.Default.SubscriptionReplay, cancellation);

    /// <summary>Holds a subscription where it is, until a replay is asked for.</summary>
    public Task<Subscription> PauseSubscriptionAsync(string id, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Post, $"v1/subscriptions/{Escape(id)}:pause"), safe: false, CreditJson.Default.Subscription,
        cancellation);

    /// <summary>Gives a subscription a new secret; the former one signs beside it for some hours (null for 24).</summary>
    public Task<Subscription> RotateSecretAsync(string id, int? overlapHours = null, CancellationToken cancellation = default) =>
        CommandAsync($"v1/subscriptions/{Escape(id)}:rotate", new(overlapHours), CreditJson.Default.SubscriptionRotation, cancellation);

    /// <summary>Ends a subscription for good.</summary>
    public Task UnsubscribeAsync(string id, CancellationToken cancellation = default) => SendBytesAsync(
        () => Request(HttpMethod.Delete, $"v1/subscriptions/{Escape(id)}"), safe: false, cancellation);

    /// <summary>A command under a key of its own, so that it is carried out once however often it is sent.</summary>
    private Task<Subscription> CommandAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var key = Guid.NewGuid().ToString("N");
        return SendAsync(
            () =>
            {
                var request = Request(HttpMethod.Post, path, Content(JsonSerializer.SerializeToUtf8Bytes(body, type), "application/json"));
                request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
                return request;
            },
            safe: true, CreditJson.Default.Subscription, cancellation);
    }
}
