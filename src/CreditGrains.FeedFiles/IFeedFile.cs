namespace CreditGrains.FeedFiles;

/// <summary>A file of events or rows, read in batches: memory does not grow with the file.</summary>
internal interface IFeedFile
{
    /// <summary>Whether lines are independent of their order: events that carry revisions are, rows of a list are not.</summary>
    bool AnyOrder { get; }

    /// <summary>Batches from a place on.</summary>
    /// <exception cref="FeedFileException">The file cannot be read as what it seems to be.</exception>
    IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows, CancellationToken cancellation);
}
