namespace CreditGrains.Engine.Subscriptions;

/// <summary>A subscription and how it stands.</summary>
/// <param name="Subscription">The request that made it.</param>
/// <param name="Progress">How far its sender is.</param>
/// <param name="Lag">Changes, wanted or not, that it has not passed yet.</param>
public sealed record SubscriptionStatus(Subscription Subscription, SubscriptionProgress Progress, long Lag);
