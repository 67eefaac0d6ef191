using System.ComponentModel.DataAnnotations;

namespace CreditGrains.Engine.Changes;

/// <summary>How long the outbox is kept.</summary>
public sealed record ChangeOptions
{
    /// <summary>Changes are kept at least so long, whoever has read them: readers of pages and streams are not known beforehand.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most changes that are kept of all organisations, however far behind the slowest subscription is.</summary>
    [Range(1000, long.MaxValue)]
    public long KeepMax { get; init; } = 5_000_000;

    /// <summary>How often the outbox is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "1.00:00:00")]
    public TimeSpan PruneEvery { get; init; } = TimeSpan.FromMinutes(1);
}
