using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Changes;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Services that every sender of a process uses.</summary>
/// <param name="Feed">The changes.</param>
/// <param name="Access">Records what is shown to whom (I9).</param>
/// <param name="Webhooks">Sends.</param>
/// <param name="Options">Bounds.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">For receivers that fail.</param>
/// <param name="FindAsync">Reads a subscription; null when it is deleted.</param>
/// <param name="SecretsOf">Keys that sign for a subscription now: one, or two while a former one still holds.</param>
/// <param name="Sent">Counts attempts by whether the receiver took the event.</param>
internal sealed record DeliveryContext(
    ChangeFeed Feed, IAccessRecorder Access, WebhookClient Webhooks, SubscriptionOptions Options, TimeProvider Time, ILogger Log,
    Func<string, CancellationToken, Task<Subscription?>> FindAsync, Func<Subscription, IReadOnlyList<byte[]>> SecretsOf, Action<bool> Sent);
