using System.ComponentModel.DataAnnotations;
using System.Net;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Bounds of subscriptions, and where they may send to.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>Subscriptions that there may be.</summary>
    [Range(0, 10_000)]
    public int SubscriptionsMax { get; init; } = 100;

    /// <summary>
    /// Development: this machine may be sent to, by <c>http</c> too. Never where anybody but its owner may make subscriptions.
    /// </summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Internal networks that may be sent to all the same (by <c>https</c>); no others than these.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>Finds the addresses of a name; null for the machine's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>How long a receiver may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan AnswerMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after the first failed attempt; each one after it is three times as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between two attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A receiver that has failed for so long is sent nothing more until somebody asks for it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Changes read, and at most sent, before it is kept how far a subscription is.</summary>
    [Range(1, 10_000)]
    public int Page { get; init; } = 50;

    /// <summary>Longest time before that, while a receiver is slow.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan KeepEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>In a cluster: how often the store is asked for changes while there is nothing to send.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>In a cluster: how often a node sees to it that every subscription has a sender.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan WakeEvery { get; init; } = TimeSpan.FromSeconds(5);
}
