namespace CreditGrains.FeedFiles;

/// <summary>A file that can be fed, and how it is read: said before anything is sent.</summary>
/// <param name="File">Its lines.</param>
/// <param name="Read">How it is encoded and separated, or its sheet.</param>
internal sealed record FeedSource(IFeedFile File, string Read)
{
    /// <summary>The mapping of its rows; null for events.</summary>
    public string? Mapping { get; init; }

    /// <summary>1-based row of the header; null for events.</summary>
    public long? HeaderRow { get; init; }

    /// <summary>Columns and their use; null for events.</summary>
    public Columns? Columns { get; init; }
}
