namespace CreditGrains.FeedFiles;

/// <summary>How a file is to be read; null where that is to be found out.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Name of the file: its ending tells its form.</param>
internal sealed record FeedReading(string Path, string Name)
{
    /// <summary>Mapping of its rows; null for the one that fits.</summary>
    public string? Mapping { get; init; }

    /// <summary>Sheet of a workbook; null for the first.</summary>
    public string? Sheet { get; init; }

    /// <summary>Encoding of its text; null for what all of it shows.</summary>
    public string? Encoding { get; init; }

    /// <summary>1-based row of the column names; null for the first that is not empty.</summary>
    public int? HeaderRow { get; init; }
}
