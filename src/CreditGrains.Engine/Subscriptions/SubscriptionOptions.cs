using System.ComponentModel.DataAnnotations;
using System.Net;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Bounds of subscriptions, and where they may send to.</summary>
public sealed record SubscriptionOptions
{
    private const double PauseGrowth = 3;

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

    /// <summary>
    /// File with the keys that encrypt the secrets of subscriptions; by default <c>webhook.key</c> in the data directory, which is made
    /// where there is none. All nodes of a cluster need the same, so it has no default there.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>Those keys; null for those of the file. Without either, secrets stand in the database as they are.</summary>
    public SecretKeyRing? Keys { get; init; }

    /// <summary>Whether no secret may be stored without a key.</summary>
    public bool RequiresKeys { get; init; }

    /// <summary>How long the former secret holds beside a new one, at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SecretOverlapMax { get; init; } = TimeSpan.FromDays(7);

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

    /// <summary>Changes of different organisations that are on their way to one receiver at once.</summary>
    [Range(1, 64)]
    public int InFlightMax { get; init; } = 4;

    /// <summary>Most changes sent before it is kept how far a subscription is.</summary>
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

    /// <summary>
    /// The pause after so many attempts that have failed one after the other. Bounded as a number: as a length of time it overflows at the
    /// 27th attempt, and a step that throws is repeated each second without end (FailingReceiverTests, WatchlistDigestTests).
    /// </summary>
    /// <param name="attempts">1 for the first.</param>
    /// <param name="wanted">Pause that the receiver has asked for; null for none.</param>
    internal TimeSpan PauseAfter(int attempts, TimeSpan? wanted)
    {
        var grown = FirstPause.TotalSeconds * Math.Pow(PauseGrowth, attempts - 1);
        var pause = grown < PauseMax.TotalSeconds ? TimeSpan.FromSeconds(grown) : PauseMax;
        return wanted > pause ? (wanted < PauseMax ? wanted.Value : PauseMax) : pause;
    }
}
