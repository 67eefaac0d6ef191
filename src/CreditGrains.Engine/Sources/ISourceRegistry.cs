namespace CreditGrains.Engine.Sources;

/// <summary>Where the activity of sources is kept, over all nodes.</summary>
internal interface ISourceRegistry
{
    /// <summary>Adds what has come since the last time.</summary>
    /// <param name="node">Names one life of one node.</param>
    /// <param name="number">Grows by one with each call of the node: one that is repeated has no effect.</param>
    /// <param name="news">At most one for each source.</param>
    /// <param name="cancellation">Gives up.</param>
    Task AddAsync(string node, long number, IReadOnlyList<SourceActivity> news, CancellationToken cancellation);

    /// <summary>One source; null when nothing of it has come.</summary>
    Task<SourceActivity?> FindAsync(string source, CancellationToken cancellation);

    /// <summary>In ordinal order of the sources, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation);
}
