using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Changes;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>What every sender of a process works with.</summary>
/// <param name="Feed">The changes.</param>
/// <param name="Access">Records what is shown to whom (I9).</param>
/// <param name="Webhooks">Sends.</param>
/// <param name="Options">Bounds.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">For receivers that fail.</param>
/// <param name="FindAsync">What a subscription asks for; null when it is deleted.</param>
/// <param name="Sent">Counts attempts by whether the receiver took the event.</param>
internal sealed record DeliveryContext(
    ChangeFeed Feed, IAccessRecorder Access, WebhookClient Webhooks, SubscriptionOptions Options, TimeProvider Time, ILogger Log,
    Func<string, CancellationToken, Task<Subscription?>> FindAsync, Action<bool> Sent);
