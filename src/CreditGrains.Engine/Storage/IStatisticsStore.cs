namespace CreditGrains.Engine.Storage;

/// <summary>Figures of days, counted beforehand: a page of charts reads these rows and never a subject.</summary>
public interface IStatisticsStore
{
    /// <summary>Rows of one figure and part from one day to another, both included, by day, name and key.</summary>
    /// <param name="figure">Which figure.</param>
    /// <param name="part">Divided by what.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    Task<IReadOnlyList<Statistic>> ReadAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation);

    /// <summary>The same rows added up over the days: each with the first day asked for, by name and key.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    Task<IReadOnlyList<Statistic>> SumAsync(
        string figure, string part, DateOnly from, DateOnly to, int limit, CancellationToken cancellation);

    /// <summary>Writes everything in one durable transaction, or nothing.</summary>
    /// <exception cref="WriteConflictException">A document's version is not the expected one.</exception>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task WriteAsync(StatisticWrites writes, CancellationToken cancellation);
}

/// <summary>One figure of one day.</summary>
/// <param name="Figure">Name of the figure, for instance <c>grades</c>: 1 to 64 characters.</param>
/// <param name="Part">Divided by what, for instance <c>region</c>: 1 to 64 characters.</param>
/// <param name="Day">Legal date.</param>
/// <param name="Name">Which of the parts; empty for the whole, or for what has none. At most 200 characters.</param>
/// <param name="Key">Which of the counts, for instance a grade; empty for none. At most 64 characters.</param>
/// <param name="Value">How many; 0 or more.</param>
public sealed record Statistic(string Figure, string Part, DateOnly Day, string Name, string Key, long Value);

/// <summary>Rows written in one transaction.</summary>
public sealed record StatisticWrites
{
    /// <summary>Take the place of all rows of their figure, part and day. Each row once.</summary>
    public IReadOnlyList<Statistic> Set { get; init; } = [];

    /// <summary>Are added to what is there. Each row once, and none of what <see cref="Set"/> replaces.</summary>
    public IReadOnlyList<Statistic> Add { get; init; } = [];

    /// <summary>Rows of days before it are removed; null removes none.</summary>
    public DateOnly? KeepFrom { get; init; }

    /// <summary>Documents to write with it.</summary>
    public IReadOnlyList<ControlWrite> Documents { get; init; } = [];
}
