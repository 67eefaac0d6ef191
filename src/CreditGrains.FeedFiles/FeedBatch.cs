namespace CreditGrains.FeedFiles;

/// <summary>Some lines of a feed file as NDJSON, ready to be sent.</summary>
/// <param name="Ndjson">The lines, each ended by a line feed.</param>
/// <param name="Rows">For each line its 1-based row or line number in the file; null when they follow on from
/// <paramref name="FirstRow"/>.</param>
/// <param name="FirstRow">Row of the first line.</param>
/// <param name="End">Where the file goes on after these lines.</param>
/// <param name="Lines">Lines that must be answered: all but those of white space only.</param>
internal sealed record FeedBatch(ReadOnlyMemory<byte> Ndjson, IReadOnlyList<long>? Rows, long FirstRow, FeedPlace End, long Lines)
{
    /// <summary>Rows that are not sent, because they cannot be read in one way only.</summary>
    public IReadOnlyList<RefusedRow> Refused { get; init; } = [];

    /// <summary>The file's row of a line (from 1) of this batch.</summary>
    public long RowOf(long line) => Rows is null ? FirstRow + line - 1 : Rows[(int)Math.Clamp(line - 1, 0, Rows.Count - 1)];
}

/// <summary>A place between two rows of a feed file.</summary>
/// <param name="Rows">Rows or lines before it, the header included.</param>
/// <param name="Bytes">Bytes before it; 0 where rows have to be counted from the beginning.</param>
internal readonly record struct FeedPlace(long Rows, long Bytes);
