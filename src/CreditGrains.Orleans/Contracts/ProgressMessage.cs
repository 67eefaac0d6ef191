namespace CreditGrains.Cluster.Contracts;

/// <summary>How far a subscription's sender is.</summary>
[GenerateSerializer, Immutable, Alias("credit.Progress")]
public sealed class ProgressMessage
{
    [Id(0)]
    public string Subscription { get; init; } = "";

    /// <summary>The subscription's turn that it belongs to.</summary>
    [Id(1)]
    public int Turn { get; init; }

    /// <summary>Grows with everything that is kept.</summary>
    [Id(2)]
    public long Number { get; init; }

    /// <summary>A cursor.</summary>
    [Id(3)]
    public string After { get; init; } = "";

    [Id(4)]
    public long Delivered { get; init; }

    [Id(5)]
    public int Attempts { get; init; }

    [Id(6)]
    public DateTimeOffset? FailingSince { get; init; }

    [Id(7)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    [Id(8)]
    public DateTimeOffset? LastDeliveryAt { get; init; }

    [Id(9)]
    public string? LastError { get; init; }

    [Id(10)]
    public DateTimeOffset? LastErrorAt { get; init; }

    [Id(11)]
    public bool IsPaused { get; init; }
}
